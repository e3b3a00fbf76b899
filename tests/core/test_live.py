"""What Datadog has: by address, and never two of one."""

from __future__ import annotations

import pytest

from dd_sync.core.live import DuplicateIdentity, Live, aside, is_aside
from tests.core.things import applied, existing, wish


def test_an_object_put_aside_has_a_key_of_its_own() -> None:
    assert aside("x/a", 1) != aside("x/a", 2)
    assert is_aside(aside("x/a", 1))
    assert not is_aside("x/a")


def test_objects_are_found_by_kind_and_address() -> None:
    one, other = applied(wish("x/a"), 1), applied(wish("x/a", kind="gadget"), 2)
    nobodys = Live("thing", 3, {"id": 3})
    found = existing(one, other, nobodys).by_address()
    assert found == {("thing", "acme/prod/x/a"): one, ("gadget", "acme/prod/x/a"): other}


@pytest.mark.parametrize(("copies", "said"), [(1, "1 identity is carried"), (2, "2 identities are carried")])
def test_copies_are_told_with_the_way_to_let_go_of_them(copies: int, said: str) -> None:
    live = [applied(wish(f"x/{n}"), 10 * n + c) for n in range(copies) for c in range(2)]
    with pytest.raises(DuplicateIdentity, match=said) as told:
        existing(*live).by_address()
    assert told.value.hint.endswith("ddsync release " + " ".join(f"thing:{10 * n + 1}" for n in range(copies)))
    assert len(list(told.value.lines(lambda live: ""))) == 2 * copies
