"""Payloads on disk: written, read again as they were, and checked as what anybody may have written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dd_sync.core.consent import WrittenConsent
from dd_sync.core.errors import DefinitionError, UsageError
from dd_sync.core.resource import Desired
from dd_sync.project import rendered

BODY = {"name": "x", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1", "tags": ["a:b"], "options": {}}
ONE = Desired("monitor", "shop/down/prod", BODY, source="monitors/shop.py:3", protect=True, renamed_from="shop/off")
TWO = Desired("monitor", "shop/slow/prod", BODY, adopt=123)


def write(
    folder: Path, *desired: Desired, only: tuple[str, ...] = (), consents: tuple[WrittenConsent, ...] = ()
) -> Path:
    rendered.write(folder, rendered.files(desired, "acme", "prod", only, consents))
    return folder


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "out", ONE, TWO)
    assert sorted(rendered.read(folder, "acme", "prod"), key=lambda one: one.key) == [ONE, TWO]


def test_the_filter_and_the_consent_travel_with_it(tmp_path: Path) -> None:
    consent = WrittenConsent("delete", 3, "shop/*", "2026-12-20", "retired", "ddsync.yaml:9")
    folder = write(tmp_path / "out", ONE, only=("shop/*",), consents=(consent,))
    assert rendered.filter_of(folder) == ("shop/*",)
    assert rendered.consents_of(folder) == (consent,)


def test_a_second_render_takes_away_what_the_first_wrote_and_nothing_else(tmp_path: Path) -> None:
    folder = write(tmp_path / "out", ONE, TWO)
    (folder / "notes.txt").write_text("mine")
    write(folder, TWO)
    assert not (folder / "monitor/shop/down/prod.json").exists()
    assert (folder / "notes.txt").read_text() == "mine"


def test_stale_files_are_those_that_differ_lack_or_are_left_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "out", ONE)
    assert rendered.stale(folder, rendered.files([ONE], "acme", "prod")) == []
    assert rendered.stale(folder, rendered.files([TWO], "acme", "prod")) == [
        "index.json",
        "monitor/shop/down/prod.json",
        "monitor/shop/slow/prod.json",
    ]


def test_a_folder_of_somebody_else_s_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.doc").write_text("mine")
    with pytest.raises(UsageError, match="nothing was written"):
        write(tmp_path / "out", ONE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 9}, "not an index"),
        ({"only": "x"}, "only is no list"),
        ({"objects": {"monitor:../../x": {}}}, "is no object of a rendered project"),
        ({"objects": {"mystery:a/b": {}}}, "is no object of a rendered project"),
        ({"consent": 3}, "consent is not as render writes it"),
        ({"project": "other"}, "rendered for the project other"),
    ],
)
def test_an_index_that_was_changed_is_refused_by_name(tmp_path: Path, change: dict[str, object], says: str) -> None:
    folder = write(tmp_path / "out", ONE)
    index = folder / "index.json"
    index.write_text(json.dumps({**json.loads(index.read_text()), **change}))
    with pytest.raises(DefinitionError, match=r"index\.json|rendered for") as caught:
        rendered.read(folder, "acme", "prod")
    assert says in str(caught.value)


def test_a_payload_that_no_index_names_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "out", ONE)
    (folder / "monitor/more.json").write_text("{}")
    with pytest.raises(DefinitionError, match=r"more.json: not in index.json"):
        rendered.read(folder, "acme", "prod")
