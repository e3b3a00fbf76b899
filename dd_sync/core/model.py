"""What every model that people write shares: frozen, strict about names, and faithful to what was written.

A model holds what a person said and nothing else: a default of ours that reached Datadog would make a definition
say more than its author did. So `to_payload` leaves out what was never set, keeps an explicit null, and keeps
numbers as written.

Modules of models do without `from __future__ import annotations`: pydantic would have to compile those texts one by
one, a third of the time it takes to import them.
"""

import functools
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict


def plain(number: int | float) -> int | float:
    """A number as a person writes it: 5 and 5.0 are both 5, 0.1 * 0.8 is 0.08."""
    if isinstance(number, bool) or not isinstance(number, float):
        return number
    return int(number) if number.is_integer() and abs(number) < 1e15 else float(f"{number:.12g}")


Number = Annotated[int | float, AfterValidator(plain)]
"""A number in a definition: `critical: Number = 5`. Whole numbers print without a decimal point."""


class Sent:
    """What can say itself as JSON. A plain class beside the models, since pydantic's check of an instance takes eight
    times as long, and a plan of many dashboards asks it of everything in them."""

    __slots__ = ()

    def to_payload(self) -> dict[str, Any]:
        """Its JSON."""
        raise NotImplementedError


class Model(BaseModel, Sent):
    """Base of all models: frozen, unknown names are errors, Datadog's own field names."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        populate_by_name=True,
        serialize_by_alias=True,
        defer_build=True,  # a schema is built when it is first used, so that importing all models is cheap
    )

    sends_defaults: ClassVar[bool] = False
    """Whether a payload holds the fields too that nobody wrote and that have another default than None."""

    def to_payload(self) -> dict[str, Any]:
        """The model as Datadog's JSON: only what was set, references as `${kind:key}`."""
        return {
            sent: value if type(value := getattr(self, name)) in _PLAIN else as_json(value)
            for name, sent in _sent(type(self), frozenset(self.model_fields_set))
        }


@functools.lru_cache(maxsize=4096)
def _sent(model: type[Model], written: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The fields a payload holds, in the model's order, and what each is called there.

    Kept for each set of written fields: a dashboard has hundreds of blocks, with three written of thirty fields.
    """
    return tuple(
        (name, field.alias or name)
        for name, field in model.model_fields.items()
        if name in written or (model.sends_defaults and not field.is_required() and field.get_default() is not None)
    )


_PLAIN = frozenset({str, int, float, bool, type(None)})
"""What is JSON as it is, and most of what there is: asked before a call."""


def as_json(value: Any) -> Any:
    """A value of a model as plain JSON: models become dictionaries, tuples lists, references their text."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, list | tuple):
        return [item if type(item) in _PLAIN else as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: item if type(item) in _PLAIN else as_json(item) for key, item in value.items()}
    if isinstance(value, Sent):
        return value.to_payload()
    return value if isinstance(value, str | int | float) else str(value)
