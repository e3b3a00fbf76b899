"""A hundred thousand inputs for the parser: whatever is written, it answers or refuses with our error."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dd_sync.query.parse import TYPES
from dd_sync.rules.verdict import judge
from tests.query.spelling import typed
from tests.query.test_parse import check_refusal, scraps

fuzzed = settings(max_examples=50_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@fuzzed
@given(st.one_of(st.text(), st.lists(scraps, max_size=40).map("".join)), st.sampled_from(TYPES))
def test_no_text_raises_anything_but_our_error(query: str, type_: str) -> None:
    check_refusal(query, type_)
    judge(query, type_)


@fuzzed
@given(typed, st.integers(0, 200), st.integers(0, 8), scraps, st.sampled_from((None, *TYPES)))
def test_no_damage_to_a_query_raises_anything_but_our_error(
    query_and_type: tuple[str, str], place: int, length: int, scrap: str, other: str | None
) -> None:
    query, type_ = query_and_type
    damaged = query[:place] + scrap + query[place + length :]
    check_refusal(damaged, type_)
    judge(damaged, other)
