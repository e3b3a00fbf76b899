"""References: a key until the object is there, its id from then on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.references import Name, ObjectId, Ref, references, resolve

IDS: dict[Name, ObjectId] = {("monitor", "a/b"): 7, ("slo", "s/x"): "abc"}


@pytest.mark.parametrize(
    ("payload", "resolved"),
    [
        ("${monitor:a/b}", 7),
        ("${slo:s/x}", "abc"),
        ("${monitor:a/b} && ${monitor:a/b}", "7 && 7"),
        ('burn_rate("${slo:s/x}").over("7d") > 3', 'burn_rate("abc").over("7d") > 3'),
        ("${monitor:not/there}", "${monitor:not/there}"),
        ("x ${monitor:not/there}", "x ${monitor:not/there}"),
        ("$env ${ENV} {{host.name}}", "$env ${ENV} {{host.name}}"),
        (["${monitor:a/b}", {"x": "${slo:s/x}"}], [7, {"x": "abc"}]),
        ({"monitor_ids": ["${monitor:a/b}"]}, {"monitor_ids": [7]}),
        (3, 3),
        (None, None),
        (True, True),
    ],
)
def test_known_references_become_ids_and_nothing_else_changes(payload: Any, resolved: Any) -> None:
    assert resolve(payload, IDS) == resolved
    assert type(resolve(payload, IDS)) is type(resolved)


def test_fields_that_hold_ids_as_text_get_text() -> None:
    payload = {"alert_id": "${monitor:a/b}", "other": "${monitor:a/b}", "flag": True}
    assert resolve(payload, IDS, {"alert_id", "flag"}) == {"alert_id": "7", "other": 7, "flag": True}


def test_the_text_fields_count_at_every_depth() -> None:
    assert resolve({"w": [{"alert_id": "${monitor:a/b}"}]}, IDS, {"alert_id"}) == {"w": [{"alert_id": "7"}]}


def test_every_reference_is_found_wherever_it_stands() -> None:
    payload = {"a": ["x ${monitor:a/b} y ${slo:s/x}", {"b": "${dashboard:d/e}"}], "c": "${NOT}", "${monitor:k/e}": 1}
    assert references(payload) == {("monitor", "a/b"), ("slo", "s/x"), ("dashboard", "d/e")}
    assert references("${monitor:a/b}") == {("monitor", "a/b")}
    assert references(5) == set()


def test_a_ref_is_written_as_it_is_read() -> None:
    assert references(str(Ref("slo", "service/availability/shop/prod"))) == {("slo", "service/availability/shop/prod")}


trees = st.recursive(
    st.sampled_from(["${monitor:a/b}", "${slo:s/x}", "${monitor:x/y}", "plain", "x ${slo:s/x}"]) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(trees)
def test_what_is_resolved_refers_to_what_is_not_known_alone(payload: Any) -> None:
    assert references(resolve(payload, IDS)) == references(payload) - IDS.keys()
