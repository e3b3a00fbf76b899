"""What a project's YAML may hold, and that everything else is refused with its line."""

from __future__ import annotations

import time

import pytest

from dd_sync.core.aliases import MOST
from dd_sync.project.yaml_reader import Fault, documents
from tests.workbench import Workbench

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [{', '.join([f'*{chr(97 + n)}'] * 10)}]}}\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, '"a" is given twice, here and on line 1'),
        ("x:\n  a: 1\n  'a': 3\n", 3, '"a" is given twice, here and on line 2'),
        ("x: {a: 1, b: 2, a: 3}\n", 1, '"a" is given twice'),
        ("- a: 1\n- {b: 1,\n b: 2}\n", 3, '"b" is given twice, here and on line 2'),
        ("1: a\n0x1: b\n", 2, '"0x1" is given twice'),
        ("a: &a {x: 1}\nb: {<<: *a, <<: *a}\n", 2, '"<<" is given twice'),
        (BOMB, 6, "aliases stand for more than"),
        (MERGES, 7, "aliases stand for more than"),
        ("a: &a [*a]\n", 1, "it holds itself"),
        ("a: &a\n  b: *a\n", 1, "it holds itself"),
        ("x: 1\nd: 2024-02-30\n", 2, 'expected a date as 2026-12-31, found "2024-02-30"'),
        ("d: 2024-13-01\n", 1, "expected a date"),
        ("d: !!timestamp soon\n", 1, "expected a date"),
        ("a: !!float x\n", 1, 'expected a number, found "x"'),
        ("a: !!int ''\n", 1, "expected a whole number"),
        ("a: !!bool x\n", 1, "expected true or false"),
        ("a: !!float [1]\n", 1, "expected a scalar"),
        ("a: !!binary ü\n", 1, "base64"),
        ("a: .nan\n", 1, "expected a number"),
        ("a: -.inf\n", 1, "expected a number"),
        (f"a: {'9' * 5000}\n", 1, "expected a whole number"),
        (f"a: {2**63}\n", 1, "expected a whole number"),
        ("a: 0x_\n", 1, "expected a whole number"),
        ("a: !!python/object/apply:os.system [x]\n", 1, "could not determine a constructor"),
        ("a: !mine x\n", 1, "could not determine a constructor"),
        ("a: !!set {x, y}\n", 1, "set is no type of JSON"),
        ("a: !!omap [x: 1]\n", 1, "omap is no type of JSON"),
        ("a: *b\n", 1, "undefined alias"),
        ("? [a]\n: b\n", 1, "unhashable"),
        ("a: b\n\tc: d\n", 2, ""),
        ("a: \x07\n", 1, ""),
        ("[" * 100_000, 1, ""),
        ("{a: " * 50_000, 1, ""),
        ("- " * 50_000, 1, ""),
    ],
)
def test_what_is_refused_says_its_line_and_what_was_expected(text: str, line: int, problem: str) -> None:
    started = time.monotonic()
    with pytest.raises(Fault) as told:
        documents(text)
    assert problem in told.value.problem
    assert told.value.line + 1 == line
    assert time.monotonic() - started < 5


def test_a_number_in_words_of_another_language_is_a_text() -> None:
    assert documents("a: 1e999\n")[0][1] == {"a": "1e999"}


def test_aliases_and_merges_of_usual_size_are_read() -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: [*a, *a]\n---\n1\n"
    (_, first), (_, second) = documents(text)
    assert first == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": [{"x": 1, "y": 2}] * 2}
    assert second == 1


def test_many_values_without_aliases_are_no_fault() -> None:
    assert len(documents("[" + "a, " * 10_000 + "a]")[0][1]) == 10_001
    assert MOST > 100_000


TWICE = {
    "ddsync.yaml": "project: acme\n",
    "services/cart.yaml": "kind: service\nkind: service\n",
    "adopt.yaml": "monitor:a: 1\nmonitor:a: 2\n",
}


@pytest.mark.parametrize("name", TWICE)
def test_a_key_given_twice_is_an_error_in_every_file(bench: Workbench, name: str) -> None:
    before = (bench.root / name).read_text() if (bench.root / name).exists() else ""
    bench.write(name, before + TWICE[name])
    ran = bench.ddsync("apply", "--yes", status=1)
    assert "is given twice, here and on line" in ran.err
    assert bench.live("monitor") == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('platform: {page: "@pagerduty-platform", tell: "@slack-platform"}', 'platform: "@x"', "expected {page:"),
        ('platform: {page: "@pagerduty-platform", tell: "@slack-platform"}', "platform: [a]", "expected {page:"),
        ("{site: datadoghq.eu}", "{site: datadoghq.eu, envs: [[prod]]}", "envs"),
        ("{site: datadoghq.eu}", "{site: datadoghq.eu, envs: {prod: 1}}", "envs"),
        ("{site: datadoghq.eu}", "{site: datadoghq.eu, envs: prod}", "envs"),
        ("packs: []", "packs: [[eks]]", "packs"),
        ("packs: []", "packs: [{eks: standard}]", "packs"),
        ("packs: []", "packs: 1", "packs"),
        ("project: acme", "project: [acme]", "project"),
        ("project: acme", "project: 2024-02-30", "2024-02-30"),
        ("targets:", "defaults: 1\ntargets:", "defaults"),
        ("targets:", "services: [[x]]\ntargets:", "services"),
        ("targets:", "services: [/]\ntargets:", ""),
        ("targets:", "services: ['**']\ntargets:", ""),
        ("targets:", "services: ['../**/..']\ntargets:", "name a folder before **"),
        ("targets:", "services: ['/**/service.yaml']\ntargets:", "name a folder before **"),
        ("targets:", "services: ['../shop/**/service.yaml']\ntargets:", ""),
        ("targets:", "monitors: {cpu-high: [1]}\ntargets:", "cpu-high"),
        ("targets:", "monitors: {cpu-high: {critical: [1]}}\ntargets:", "critical"),
        ("targets:", "monitors: {1: {critical: 1}}\ntargets:", ""),
        ("targets:", "receipts: '\\0'\ntargets:", ""),
        ("targets:", "identity: {id: 'a b'}\ntargets:", ""),
    ],
)
def test_a_value_of_the_wrong_type_says_where_and_what_was_expected(
    bench: Workbench, old: str, new: str, told: str
) -> None:
    text = (bench.root / "ddsync.yaml").read_text()
    assert old in text
    bench.write("ddsync.yaml", text.replace(old, new))
    ran = bench.ddsync("plan", status=None)
    assert "bug of ddsync" not in ran.err
    if told:
        assert ran.status == 1
        assert ran.err.startswith("ddsync.yaml:")
        assert told in ran.err
