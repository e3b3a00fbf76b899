"""A model holds what a person said, and says nothing else."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import Field, ValidationError

from dd_sync.core.model import Model, Number, as_json, plain
from dd_sync.core.references import Ref


class Inner(Model):
    unit: str | None = None


class Outer(Model):
    critical: Number | None = None
    title: str = "untitled"
    inner: Inner | None = None
    items: tuple[Inner, ...] = ()
    by: str | None = Field(None, alias="group_by")
    link: Ref[object] | None = None


class Chatty(Outer):
    sends_defaults: ClassVar[bool] = True


def test_a_payload_holds_what_was_set_alone() -> None:
    assert Outer(critical=5).to_payload() == {"critical": 5}
    assert Outer(critical=None).to_payload() == {"critical": None}
    assert Outer().to_payload() == {}


def test_a_model_may_send_defaults_that_are_not_nothing() -> None:
    assert Chatty().to_payload() == {"title": "untitled", "items": []}


def test_what_lies_within_is_plain_json_too() -> None:
    made = Outer(inner=Inner(unit="s"), items=(Inner(), Inner(unit="%")), link=Ref("slo", "a/b"))
    assert made.to_payload() == {"inner": {"unit": "s"}, "items": [{}, {"unit": "%"}], "link": "${slo:a/b}"}
    assert as_json({"a": (1, Inner(unit="s")), "b": [True, None]}) == {"a": [1, {"unit": "s"}], "b": [True, None]}


def test_a_field_goes_by_datadogs_name() -> None:
    assert Outer.model_validate({"group_by": "host"}).to_payload() == {"group_by": "host"}
    assert Outer(by="host").to_payload() == {"group_by": "host"}


def test_an_unknown_name_is_an_error_and_a_model_does_not_change() -> None:
    with pytest.raises(ValidationError, match="titel"):
        Outer(titel="x")  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="frozen"):
        Outer().title = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("number", "written"),
    [(5.0, "5"), (0.8 * 0.1, "0.08"), (1e15, "1000000000000000.0"), (3, "3"), (1e14, "100000000000000"), (2.5, "2.5")],
)
def test_a_number_prints_as_a_person_writes_it(number: float, written: str) -> None:
    assert str(plain(number)) == written


def test_true_is_no_number() -> None:
    assert plain(True) is True
