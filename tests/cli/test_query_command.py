"""`ddsync query`: one query in words, and streams of them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.cli.query import answers
from tests.workbench import Workbench

questions = st.dictionaries(st.sampled_from(["query", "type"]), st.text()).map(lambda said: json.dumps(said).encode())
LOAD = "avg(last_5m):avg:system.load.1{env:prod} by {host} > 5"


def streamed(bench: Workbench, monkeypatch: pytest.MonkeyPatch, *lines: bytes) -> list[Any]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))
    return bench.ddsync("query", "-").lines


def asked(**line: Any) -> bytes:
    return json.dumps(line).encode()


def test_a_query_is_explained_in_words(bench: Workbench) -> None:
    ran = bench.ddsync("query", LOAD)
    assert (
        ran.out
        == "Average over the last 5 minutes of the average of system.load.1 for env:prod, by host; alert above 5.\n"
    )


def test_a_query_datadog_would_refuse_is_shown_with_the_place_and_fails(bench: Workbench) -> None:
    ran = bench.ddsync("query", "avg(last_5m):avg:{env:prod} by {host} > 90", status=1)
    first, query, caret = ran.out.splitlines()
    assert first == 'error: expected a metric name after "avg:", found "{" [query-syntax]'
    assert query[caret.index("^")] == "{"


def test_a_query_that_can_never_alert_is_told_so_and_taken_all_the_same(bench: Workbench) -> None:
    ran = bench.ddsync("query", "avg(last_5m):avg:x{env:prod,!env:prod} > 5", "--format", "json")
    assert ran.json["ok"] is True
    assert ran.json["errors"] == []
    assert [finding["rule"] for finding in ran.json["findings"]] == ["contradicting-scope"]


def test_the_type_is_guessed_from_the_query_unless_it_is_given(bench: Workbench) -> None:
    search = 'logs("status:error").index("*").rollup("count").last("5m") > 5'
    assert "logs" in bench.ddsync("query", search).out
    assert bench.ddsync("query", "avg:system.load.1{*}").status == 0
    bench.ddsync("query", "avg:system.load.1{*}", "--type", "query alert", status=1)


def test_a_misspelt_type_is_refused_with_the_nearest_one(bench: Workbench) -> None:
    ran = bench.ddsync("query", LOAD, "--type", "qery alert", status=64)
    assert "Did you mean query alert?" in ran.err


def test_without_an_argument_standard_input_is_the_query(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{LOAD}\n"))
    assert "alert above 5" in bench.ddsync("query").out


def test_each_line_of_json_is_answered_in_its_turn(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = streamed(
        bench, monkeypatch, asked(type="query alert", query=LOAD), asked(type="query alert", query="avg:x{*}")
    )
    assert (good["ok"], good["errors"]) == (True, [])
    assert good["explanation"].endswith("alert above 5.")
    assert bad["ok"] is False
    assert "expected an evaluation window" in bad["errors"][0]
    assert bad["explanation"] == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not a line of JSON"),
        (b"\xff", "not a line of JSON"),
        (b"[" * 100_000, "not a line of JSON"),
        (b"[1]", "expected an object"),
        (b'{"query": 5}', "expected an object"),
        (b'{"query": "a", "type": 5}', 'expected a text under "type"'),
        (b'{"query": "avg:x{*}", "type": "dashbord"}', 'no type "dashbord". Did you mean dashboard?'),
    ],
)
def test_a_line_that_is_no_question_is_answered_with_the_reason(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, line: bytes, reason: str
) -> None:
    wrong, right = streamed(bench, monkeypatch, line, asked(query=LOAD))
    assert wrong["ok"] is False
    assert reason in wrong["errors"][0]
    assert right["ok"] is True


DEEP = 10_000
LONG = "9" * 5_000


@pytest.mark.parametrize(
    ("type_", "query"),
    [
        ("dashboard", "(" * DEEP + "avg:x{*}" + ")" * DEEP),
        ("dashboard", "abs(" * DEEP),
        ("dashboard", "-" * DEEP + "1"),
        ("dashboard", "avg:x{" + "(" * DEEP + "a:b" + ")" * DEEP + "}"),
        ("dashboard", "avg:x{" + "NOT " * DEEP + "a:b}"),
        ("dashboard", "+".join(["avg:x{*}"] * DEEP)),
        ("composite", "!" * DEEP + "1"),
        ("composite", "1 && " * DEEP + "1"),
        ("query alert", 'formula("' + "(" * DEEP),
        ("query alert", f"avg(last_{LONG}m):avg:x{{*}} > 5"),
        ("query alert", f"avg(last_5m):avg:x{{*}} > {LONG}"),
        ("log alert", f'logs("*").index("*").rollup("count").last("{LONG}m") > 5'),
        ("service check", f'"a".over("*").by("*").last({LONG}).count_by_status()'),
    ],
    ids=range(13),
)
def test_a_query_too_deep_or_too_large_is_refused_not_a_crash(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, type_: str, query: str
) -> None:
    wrong, right = streamed(bench, monkeypatch, asked(type=type_, query=query), asked(query=LOAD))
    assert (wrong["ok"], right["ok"]) == (False, True)


def test_any_script_and_a_mark_at_the_start_are_read(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    line = (
        '{"type": "log alert", "query": "logs(\\"søk 検索\\").index(\\"*\\").rollup(\\"count\\").last(\\"5m\\") > 1"}'
    )
    [answer] = streamed(bench, monkeypatch, f"\ufeff{line}".encode())
    assert answer["ok"] is True
    assert "søk 検索" in answer["explanation"]


def test_a_search_with_a_thousand_brackets_and_a_scope_with_ten_thousand_tags_are_read(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = f'logs("{"(" * DEEP}a{")" * DEEP}").index("*").rollup("count").last("5m") > 1'
    scope = f"avg:x{{{','.join(['a:b'] * DEEP)}}}"
    answers = streamed(bench, monkeypatch, asked(type="log alert", query=search), asked(type="dashboard", query=scope))
    assert [answer["ok"] for answer in answers] == [True, True]


def test_blank_lines_are_passed_over(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(streamed(bench, monkeypatch, b"", asked(query=LOAD), b"  ")) == 1


def test_an_answer_comes_before_the_next_line_is_asked_for() -> None:
    def lines() -> Any:
        yield asked(query=LOAD)
        raise AssertionError("the second line was read before the first was answered")

    assert next(answers(lines()))["ok"] is True


def test_a_secret_in_a_query_is_masked_and_the_answer_stays_json(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = asked(type="log alert", query='logs("token=abcdef123456").index("*").rollup("count").last("5m") > 5')
    [answer] = streamed(bench, monkeypatch, line)
    assert answer["ok"] is True
    assert "abcdef123456" not in answer["explanation"]


@given(st.binary(max_size=80) | questions)
def test_every_line_is_answered_whatever_stands_in_it(line: bytes) -> None:
    for answer in answers(line.splitlines()):
        assert answer["ok"] is not bool(answer["errors"])
        assert json.loads(json.dumps(answer)) == answer
