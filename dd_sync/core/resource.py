"""What a definition returns: a model of one kind, or a payload taken from Datadog as it is."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Self, cast

from pydantic import PrivateAttr

from dd_sync.core.identity import slug
from dd_sync.core.model import Model
from dd_sync.core.references import Name, ObjectId, references


class Told(NamedTuple):
    """Handles of the people who own a definition: `page` wakes somebody, `tell` does not."""

    page: Sequence[str] = ()
    tell: Sequence[str] = ()
    tags: Sequence[str] = ()
    """What the object carries so that rules tell them, where messages name nobody."""


class Context(NamedTuple):
    """What a definition's surroundings add to what it returns."""

    runbook: str
    """The docstring, paragraphs unwrapped."""
    fill: Callable[[str], str] = lambda text: text
    """Puts the entry's facts and the tunables in place of `{service.name}`."""
    tags: Sequence[str] = ()
    """Tags of the entry: `service:payments`, `env:prod`, `team:payments`."""
    told: Callable[[int | None], Told] = lambda priority: Told()
    """Who is paged and who is told, for a priority from 1 to 5."""


class Resource(Model):
    """Base of `Monitor`, `SLO`, `Dashboard`: one object, without identity."""

    kind: ClassVar[str]

    key: str | None = None
    """Names it among several of one definition; the last part of its key."""

    _payload: dict[str, Any] | None = PrivateAttr(default=None)

    @classmethod
    def from_api(cls, payload: dict[str, Any], key: str | None = None) -> Self:
        """A payload as Datadog has it, sent as it is: nothing is added but our identity.

        Without `key` the definition names it by a slug of its title, where it returns several.
        """
        made = cast(Self, cls.model_construct(set(), key=key, **cls._shown(payload)))
        made._payload = payload
        return made

    @classmethod
    def _shown(cls, payload: dict[str, Any]) -> dict[str, Any]:
        """The fields of the model that a raw payload answers to (`monitor.query`)."""
        return {name: payload[name] for name in cls.model_fields if name in payload and name != "key"}

    @property
    def verbatim(self) -> dict[str, Any] | None:
        """The payload given to `from_api`; None for one that was written with the model."""
        return self._payload

    @property
    def item(self) -> str:
        """The part of the key that names it among several of one definition."""
        return self.key or slug(self.title_text)

    @property
    def title_text(self) -> str:
        raise NotImplementedError

    def render(self, context: Context) -> dict[str, Any]:
        """The payload to send, less identity; what `from_api` was given stays as it is."""
        return self._payload if self._payload is not None else self.complete(context)

    def complete(self, context: Context) -> dict[str, Any]:
        """The model's payload with what its surroundings add: texts filled, tags, the people to tell."""
        raise NotImplementedError


@dataclass(frozen=True)
class Desired:
    """One object as the project wants it: a payload without identity, references as `${kind:key}`."""

    kind: str
    key: str
    payload: dict[str, Any]
    source: str = ""
    """`file:line` of the definition, from the project's root."""
    protect: bool = False
    renamed_from: str | None = None
    """The key this definition had before."""
    adopt: ObjectId | None = None
    """A live object without identity to take over."""
    about: dict[str, Any] = field(default_factory=dict)
    """What reports say about it and the engine does not use: entry, owner, tunables."""

    @property
    def name(self) -> tuple[str, str]:
        return self.kind, self.key

    @functools.cached_property
    def references(self) -> frozenset[Name]:
        """The objects its payload refers to."""
        return frozenset(references(self.payload))
