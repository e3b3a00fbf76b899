"""Places for marks: what is written there is read there, and nothing else is touched."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.identity import Identity, Marks
from dd_sync.core.marking import Brackets, LastLine, Place, Tags

MARKS, ME = Marks(), Identity("acme/prod/shop/cart", "1-0123abcd")
OTHER = Identity("acme/staging/shop/cart", "1-ffffffff")

PLACES: dict[Place, dict[str, Any]] = {
    Tags("tags"): {"tags": ["team:shop"]},
    Tags("metadata.tags"): {"metadata": {"name": "cart", "tags": ["team:shop"]}},
    LastLine("description"): {"description": "What users see.\nAll of it."},
    LastLine("data.text"): {"data": {"text": "What users see."}},
    Brackets("name"): {"name": "Payments [in production]"},
}

every_place = pytest.mark.parametrize(("place", "payload"), PLACES.items(), ids=str)


@every_place
def test_an_identity_is_read_where_it_was_written_and_comes_off_again(place: Place, payload: dict[str, Any]) -> None:
    before = repr(payload)
    stamped = place.write(payload, ME, MARKS)
    assert place.read(stamped, MARKS) == ME
    assert place.remove(stamped, MARKS) == payload
    assert place.read(payload, MARKS) is None
    assert repr(payload) == before


@every_place
def test_a_second_identity_takes_the_place_of_the_first(place: Place, payload: dict[str, Any]) -> None:
    twice = place.write(place.write(payload, OTHER, MARKS), ME, MARKS)
    assert twice == place.write(payload, ME, MARKS)


@every_place
def test_an_object_without_the_field_takes_marks_too(place: Place, payload: dict[str, Any]) -> None:
    assert place.read(place.write({}, ME, MARKS), MARKS) == ME
    assert place.remove({}, MARKS) == {}
    assert list(place.words({})) == []


@every_place
def test_the_words_of_a_place_show_what_is_left_of_a_mark(place: Place, payload: dict[str, Any]) -> None:
    address = f"{MARKS.address}:{ME.address}"
    assert address in place.words(place.write(payload, ME, MARKS))
    assert address not in place.words(payload)


@given(st.lists(st.text()), st.text(), st.text().map(str.rstrip))  # Datadog strips a name's end, as we do
def test_whatever_stood_there_stands_there_afterwards(tags: list[str], text: str, name: str) -> None:
    ours = {"tags": MARKS.without(tags), "text": text, "name": name}
    for place in (Tags("tags"), LastLine("text"), Brackets("name")):
        if place.read(ours, MARKS) is None:
            assert place.remove(place.write(ours, ME, MARKS), MARKS) == ours


def test_brackets_that_hold_anything_else_belong_to_the_name() -> None:
    quoted = {"name": f"About [{MARKS.address}:a/b/c and more]"}
    assert Brackets("name").read(quoted, MARKS) is None
    assert Brackets("name").remove(quoted, MARKS) == quoted
