"""How much of what makes sense for a service is watched."""

from __future__ import annotations

import pytest

from dd_sync.core.coverage import ASPECTS, NOT_APPLICABLE, Aspect, Cell, Coverage, Row, State, share


def row(*states: State, tier: int | None = 1) -> Row:
    """A service whose first aspects have these states; the rest make no sense for it."""
    cells: dict[Aspect, Cell] = dict.fromkeys(ASPECTS, NOT_APPLICABLE)
    cells.update({aspect: Cell(state) for aspect, state in zip(ASPECTS, states, strict=False)})
    return Row("cart", tier, "shop", "services/cart.yaml", cells)


@pytest.mark.parametrize(
    ("states", "percent"),
    [(("yes", "no", "no", "yes"), 50), (("yes",), 100), (("no", "n/a"), 0), ((), None), (("n/a",), None)],
)
def test_only_what_makes_sense_counts(states: tuple[State, ...], percent: float | None) -> None:
    assert row(*states).share == percent
    assert share([row(*states)]) == percent


def test_the_share_of_several_is_that_of_all_their_cells() -> None:
    assert Coverage([row("yes", "yes", "yes"), row("no")]).share == 75
    assert Coverage([]).share is None


def test_gaps_are_what_is_not_watched_in_the_order_of_reports() -> None:
    assert row("no", "yes", "no").gaps == [ASPECTS[0], ASPECTS[2]]


def test_a_service_of_no_known_tier_stays_whatever_is_asked_for() -> None:
    one, two, unknown = row("yes"), row("yes", tier=2), row("no", tier=None)
    assert list(Coverage([one, two, unknown]).of_tiers([1]).rows) == [one, unknown]
    assert list(Coverage([one, two, unknown]).of_tiers([2, 1]).rows) == [one, two, unknown]


def test_a_service_is_one_of_the_inventory_unless_it_is_said_not_to_be() -> None:
    assert row().listed
