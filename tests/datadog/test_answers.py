"""Objects, pages and sentences, taken out of what Datadog answers."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.errors import Forbidden, NotFound, Rejected
from dd_sync.datadog.answers import Formless, an_object, items, rejection, sentences, total
from dd_sync.kinds.dashboard import KIND as DASHBOARD
from dd_sync.kinds.monitor import KIND as MONITOR
from dd_sync.kinds.slo import KIND as SLO

DUPLICATE = "Duplicate of an existing monitor_id:1 org_id:2"
REFERENCED = "slo a is referenced in dashboard_id: b"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"errors": ["Duplicate of an existing monitor_id:1 org_id:2"]},
            ["Duplicate of an existing monitor_id:1 org_id:2"],
        ),
        (
            {"errors": "slo a is referenced in dashboard_id: b", "data": None},
            ["slo a is referenced in dashboard_id: b"],
        ),
        ({"error": "Forbidden"}, ["Forbidden"]),
        ({"errors": [{"title": "Bad", "detail": "tags: too many"}, {"title": "Worse"}]}, ["tags: too many", "Worse"]),
        ({"errors": []}, []),
        ({}, []),
        (None, []),
        (["one", "two"], ["one", "two"]),
        ("text", ["text"]),
    ],
)
def test_sentences_are_found_in_every_form(body: Any, said: list[str]) -> None:
    assert sentences(body) == said


def test_a_refusal_becomes_the_error_of_its_status() -> None:
    assert [type(rejection(status, ())) for status in (400, 401, 403, 404, 409)] == [
        Rejected,
        Forbidden,
        Forbidden,
        NotFound,
        Rejected,
    ]


@pytest.mark.parametrize("answer", [None, {}, [], "text", 5, {"id": None}, {"name": "x"}, [{"id": 1}, {"id": 2}]])
def test_what_is_no_object_is_formless(answer: Any) -> None:
    with pytest.raises(Formless):
        an_object(MONITOR, answer)


def test_an_object_is_found_bare_wrapped_and_in_a_list_of_one() -> None:
    assert an_object(MONITOR, {"id": 1}) == {"id": 1}
    assert an_object(SLO, {"data": {"id": "a"}}) == {"id": "a"}
    assert an_object(SLO, {"data": [{"id": "a"}]}, "a") == {"id": "a"}


def test_another_object_than_was_asked_for_is_formless() -> None:
    with pytest.raises(Formless, match="the answer about monitor 1 is about 2"):
        an_object(MONITOR, {"id": 2}, 1)


def test_a_page_is_found_bare_and_in_its_field() -> None:
    assert items(MONITOR, [{"id": 1}]) == [{"id": 1}]
    assert items(SLO, {"data": [{"id": "a"}]}) == [{"id": "a"}]
    assert items(DASHBOARD, {"dashboards": []}) == []
    with pytest.raises(Formless):
        items(DASHBOARD, {"data": []})


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ({"metadata": {"page": {"total_count": 9, "total_filtered_count": 4}}}, 4),
        ({"metadata": {"page": {}}}, 0),
        ({"metadata": None}, 0),
        ([{"id": 1}], 0),
        ({"metadata": {"page": {"total_filtered_count": "4"}}}, 0),
    ],
)
def test_a_total_is_taken_where_a_page_says_one(answer: Any, number: int) -> None:
    assert total(MONITOR, answer) == number
