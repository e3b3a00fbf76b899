"""`consent:` and `limits:` in `ddsync.yaml`: read with their lines, refused where wrong, told when of no use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dd_sync.core.consent import Limits
from dd_sync.core.errors import DefinitionError
from dd_sync.project.consents import check_consents, consent_notices, limits_of, written_consents
from dd_sync.project.settings import ReadSettings, load_settings
from tests.core.test_limits import plan
from tests.core.things import change

DAY = date(2026, 12, 1)


def read(tmp_path: Path, text: str) -> ReadSettings:
    (tmp_path / "ddsync.yaml").write_text(f"project: acme\n{text}")
    return load_settings(tmp_path)


def test_each_line_is_read_with_its_place(tmp_path: Path) -> None:
    text = 'consent:\n  - {delete: 41, only: "service/*/cart", until: 2026-12-20, why: "cart was retired"}\n'
    (one,) = written_consents(read(tmp_path, text))
    assert one.text == "delete 41 of service/*/cart until 2026-12-20: cart was retired"
    assert one.source == "ddsync.yaml:3"


def test_limits_are_the_usual_ones_unless_the_project_says_otherwise(tmp_path: Path) -> None:
    settings, _ = read(tmp_path, "")
    assert limits_of(settings) == Limits()
    assert (limits_of(settings).deletes, limits_of(settings).share, limits_of(settings).replaces) == (10, 0.1, 0)
    read(tmp_path, "limits: {deletes: 3, share: 0.5, replaces: 2}\n")
    assert limits_of(load_settings(tmp_path)[0]) == Limits(3, 0.5, 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("consent: [{delete: 1, until: 2026-12-20}]", "why is missing"),
        ('consent: [{delete: 1, why: "x"}]', "until is missing"),
        ('consent: [{until: 2026-12-20, why: "x"}]', "give one of delete and replace"),
        ('consent: [{delete: 1, replace: 1, until: 2026-12-20, why: "x"}]', "give one of delete and replace"),
        ('consent: [{delete: 0, until: 2026-12-20, why: "x"}]', "greater than or equal to 1"),
        ('consent: [{deletes: 1, until: 2026-12-20, why: "x"}]', "Did you mean delete"),
        ('consent: [{delete: 1, until: someday, why: "x"}]', "date"),
        ('consent: [{delete: 1, until: 2026-12-20, why: " "}]', "why"),
        ("limits: {share: 10}", "less than or equal to 1"),
        ("limits: {deletes: -1}", "greater than or equal to 0"),
        ("limits: {delete: 1}", "Did you mean deletes"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, text)
    assert says in str(caught.value)
    assert "ddsync.yaml:2" in str(caught.value)


def test_a_line_that_expired_more_than_a_month_ago_is_an_error_with_its_place(tmp_path: Path) -> None:
    text = 'consent:\n  - {delete: 1, until: 2026-10-31, why: "x"}\n'
    consents = written_consents(read(tmp_path, text))
    check_consents(consents, DAY)
    with pytest.raises(DefinitionError, match="expired on 2026-10-31") as caught:
        check_consents(consents, date(2026, 12, 2))
    assert caught.value.at == "ddsync.yaml:3"


def test_an_expired_line_and_an_unused_one_are_notices_and_a_used_one_is_none(tmp_path: Path) -> None:
    from dataclasses import replace

    text = """consent:
  - {delete: 1, only: "old/*", until: 2026-11-30, why: "x"}
  - {delete: 1, only: "other/*", until: 2026-12-20, why: "x"}
  - {delete: 1, only: "x/*", until: 2026-12-20, why: "x"}
"""
    consents = written_consents(read(tmp_path, text))
    made = replace(plan(change("delete", "x/a"), live={"thing": 5}), consents=consents[1:])
    expired, unused = [notice.text for notice in consent_notices(consents, made, DAY)]
    assert expired.startswith("ddsync.yaml:3: ")
    assert "expired on 2026-11-30" in expired
    assert unused.startswith("ddsync.yaml:4: ")
    assert "nothing here is to delete" in unused
