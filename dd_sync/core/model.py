"""What every model that people write shares: frozen, strict about names, and faithful to what was written.

A model holds what a person said and nothing else: a default of ours that reached Datadog would make a definition
say more than its author did. So `to_payload` leaves out what was never set, keeps an explicit null, and keeps
numbers as written.
"""

from __future__ import annotations

import functools
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict


def plain(number: int | float) -> int | float:
    """A number as a person writes it: 5 and 5.0 are both 5, 0.1 * 0.8 is 0.08."""
    if isinstance(number, bool) or not isinstance(number, float):
        return number
    return int(number) if number.is_integer() and abs(number) < 1e15 else float(f"{number:.12g}")


Number = Annotated[int | float, AfterValidator(plain)]
"""A number in a definition: `critical: Number = 5`. Whole numbers print without a decimal point."""


class Model(BaseModel):
    """Base of all models: frozen, unknown names are errors, Datadog's own field names."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        populate_by_name=True,
        serialize_by_alias=True,
        defer_build=True,  # a schema is built when it is first used, so that importing all models is cheap
    )

    def to_payload(self) -> dict[str, Any]:
        """The model as Datadog's JSON: only what was set, references as `${kind:key}`."""
        written = self.model_fields_set
        return {sent: as_json(getattr(self, name)) for name, sent, _ in fields_of(type(self)) if name in written}


@functools.cache
def fields_of(model: type[Model]) -> tuple[tuple[str, str, bool], ...]:
    """Each field of a model: its name, what it is called in a payload, whether it has a default worth sending."""
    return tuple(
        (name, field.alias or name, field.get_default() is not None and not field.is_required())
        for name, field in model.model_fields.items()
    )


def as_json(value: Any) -> Any:
    """A value of a model as plain JSON: models become dictionaries, tuples lists, references their text."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Model):
        return value.to_payload()
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return str(value)
