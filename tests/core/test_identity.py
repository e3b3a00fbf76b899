"""Marks: written into an object, read out of it, taken off it, and never longer than a tag may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.identity import SCHEME, Identity, Marks, Owner, digest, fits, is_readable, revision, slug

OWNER, MARKS = Owner("acme", "prod"), Marks()
keys = st.from_regex(r"[a-z0-9._-]{1,40}(/[a-z0-9._-]{1,90}){1,3}", fullmatch=True)


@given(keys, st.sampled_from(["", "1-abcdef01"]))
def test_marks_read_back_as_they_were_written(key: str, mark: str) -> None:
    identity = Identity(MARKS.address_of(OWNER, key), mark)
    assert MARKS.read(["team:x", *MARKS.written(identity), "a:b"]) == identity
    assert MARKS.without(["team:x", *MARKS.written(identity), "a:b"]) == ["team:x", "a:b"]
    assert identity.belongs_to(OWNER)
    assert not identity.belongs_to(Owner("acme", "pro"))


@given(keys, keys)
def test_an_address_fits_a_tag_and_two_keys_have_two(one: str, other: str) -> None:
    addresses = [MARKS.address_of(OWNER, key) for key in (one, other)]
    assert all(len(f"{MARKS.address}:{address}") <= 200 for address in addresses)
    assert (addresses[0] == addresses[1]) is (one == other)


def test_a_short_address_is_the_key_itself_up_to_the_last_character() -> None:
    room = 200 - len("ddsync_id:acme/prod/")
    assert MARKS.address_of(OWNER, "x" * room) == "acme/prod/" + "x" * room
    longer = MARKS.address_of(OWNER, "x" * (room + 1))
    assert longer.startswith("acme/prod/xxx")
    assert len(f"ddsync_id:{longer}") == 200
    assert longer[-13] == "."


def test_an_identity_needs_an_address() -> None:
    assert MARKS.read(["managed_by:ddsync", "ddsync_rev:1-00000000"]) is None
    assert MARKS.read(["ddsync_id:acme/prod/x"]) == Identity("acme/prod/x", "")
    assert MARKS.read(["ddsync_idx:acme/prod/x", "xddsync_id:y"]) is None


def test_the_key_is_what_stands_behind_project_and_target() -> None:
    assert Identity("acme/prod/eks/node/a").key == "eks/node/a"
    assert (str(OWNER), OWNER.prefix) == ("acme/prod", "acme/prod/")


@pytest.mark.parametrize(
    ("text", "rest", "found"),
    [
        ("About it.\nmanaged_by:ddsync ddsync_id:a/b/c ddsync_rev:1-0", "About it.", Identity("a/b/c", "1-0")),
        ("managed_by:ddsync ddsync_id:a/b/c", "", Identity("a/b/c")),
        ("ddsync_id:a/b/c\nAbout it.", "ddsync_id:a/b/c\nAbout it.", None),
        ("About ddsync_id:a/b/c", "About ddsync_id:a/b/c", None),
        ("", "", None),
        ("A\n\nmanaged_by:ddsync", "A\n", None),
    ],
)
def test_only_a_last_line_of_nothing_but_marks_counts(text: str, rest: str, found: Identity | None) -> None:
    assert MARKS.split_line(text) == (rest, found)


def test_a_line_of_marks_reads_back() -> None:
    identity = Identity("a/b/c", "1-0")
    assert MARKS.split_line(f"x\n{MARKS.as_line(identity)}") == ("x", identity)


def test_a_revision_is_of_a_scheme_and_moves_with_the_definition_alone() -> None:
    assert revision({"a": 1, "b": 2}) == revision({"b": 2, "a": 1})
    assert revision({"a": 1}) != revision({"a": 2})
    assert revision({}).startswith(f"{SCHEME}-")
    assert len(revision({})) == len(SCHEME) + 9
    assert revision({}, SCHEME) == revision({})


@pytest.mark.parametrize("mark", ["", "0-abcdef01", "1", "1-", "1-abc", "1-ABCDEF01", "1-abcdef012", "x1-abcdef01"])
def test_a_mark_of_no_scheme_or_in_part_says_nothing(mark: str) -> None:
    assert not is_readable(mark)
    assert not fits(mark, [{}])


def test_a_mark_fits_when_it_is_that_of_any_of_the_forms() -> None:
    mark = revision({"a": 1})
    assert is_readable(mark)
    assert fits(mark, [{"a": 2}, {"a": 1}])
    assert not fits(mark, [{"a": 2}])
    assert not fits(mark, [])


def test_a_digest_takes_half_an_emoji() -> None:
    assert digest("\ud83d") != digest("?")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("CPU of nodes > 90 %", "cpu-of-nodes-90"),
        ("already-good_1.2", "already-good_1.2"),
        ("-x-", "x"),
        ("a" * 130, "a" * 120),
        ("a" * 119 + " b", "a" * 119),
    ],
)
def test_a_slug_is_a_part_of_a_key(text: str, made: str) -> None:
    assert slug(text) == made


def test_a_text_with_nothing_to_keep_becomes_a_name_of_its_own() -> None:
    assert slug("日本").startswith("unnamed-")
    assert slug("日本") != slug("中国")
