"""Several services as one: what they share can be asked like a service's own, and one monitor watches them all.

Definitions written for a `Service` take it without knowing. Its scope selects all of them and is grouped by service and
environment, so that each still alerts for itself; a fact that is a service's own (its queue, its name in a reference)
raises `Apart`, and so does a fact in which they differ: whoever grouped them then tries smaller groups.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from pydantic import PrivateAttr

from dd_sync.core.errors import DdsyncError
from dd_sync.core.identity import slug
from dd_sync.definitions.entry import Entry
from dd_sync.definitions.service import Service, Work

T = TypeVar("T")

SHARED = frozenset(
    "team tier kinds runtime operation operations paging quiet busy stateful op uses_mongodb mongodb_op".split()
)
"""Facts that a definition may ask of a group. All others are each service's own."""


class Apart(DdsyncError):
    """These services cannot be watched as one: they differ in a fact, or were asked for one of their own."""

    def __init__(self, fact: str, ask: Callable[[Service], object] | None = None) -> None:
        super().__init__(f"{fact} is each service's own")
        self._ask = ask

    def split(self, services: Sequence[Service]) -> Iterator[list[Service]]:
        """The services in groups that agree on the fact; each by itself where it cannot be shared."""
        parts: dict[object, list[Service]] = {}
        for service in services:
            parts.setdefault(repr(self._ask(service)) if self._ask else service.key, []).append(service)
        yield from parts.values()

    @property
    def own(self) -> bool:
        """Whether the fact cannot be shared at all."""
        return self._ask is None


class ServiceGroup(Entry):
    """Services of one team in one environment; a group of one is one too, so that its key stays when others join."""

    members: Sequence[Service]
    label: Sequence[str] = ()
    """What else the group is known by, in its key."""

    _asked: dict[str, object] = PrivateAttr(default_factory=dict)

    @property
    def name(self) -> str:
        """Datadog's variable, in texts."""
        return "{{service.name}}"

    @property
    def env(self) -> str:
        return self.members[0].env

    @property
    def environment(self) -> str:
        return self.env

    @property
    def owner(self) -> str:
        return self.members[0].owner

    @property
    def paged_for(self) -> int:
        return self._agreed("paged_for", lambda service: service.paged_for)

    @property
    def key(self) -> str:
        """Team, environment and what the definition asked for: services may join or leave without changing it."""
        return "/".join(["team", self.owner, self.env, *self._told_apart])

    @property
    def _told_apart(self) -> list[str]:
        asked = (_in_key(fact, value) for fact, value in self._asked.items())
        return [part for part in (*self.label, *asked) if part]

    def titled(self, title: str) -> str:
        """A title with what tells the group from others: two objects of one title would look like one that was lost."""
        return f"{title} ({', '.join([self.owner, *self._told_apart])})"

    @property
    def referred(self) -> str:
        raise Apart("an object that is referred to")

    def filters(self) -> Sequence[str]:
        raise Apart("a filter without grouping")

    def tags(self) -> Sequence[str]:
        names = sorted(service.name for service in self.members)
        return [*(f"service:{name}" for name in names), *super().tags()]

    def scope(self, *filters: str, by: Sequence[str] = ()) -> str:
        """All of them, `{service IN (a,b) AND env:prod} by {service,env}`.

        Datadog's docs, "Advanced filtering": commas and `!` do not go together with IN.
        """
        names = ",".join(sorted(service.name for service in self.members))
        parts = [f"service IN ({names})", f"env:{self.env}", *(_in_words(one) for one in filters if one)]
        return "{" + " AND ".join(parts) + "} by {" + ",".join(["service", "env", *by]) + "}"

    def over(self, *filters: str) -> str:
        raise Apart("a service check")

    def does(self, *kinds: Work) -> bool:
        return self._agreed(f"does {'-'.join(kinds)}", lambda service: service.does(*kinds))

    def op_of(self, kind: Work) -> str | None:
        return self._agreed("op", lambda service: service.op_of(kind))

    def __getattr__(self, name: str) -> Any:
        if name in SHARED:
            return self._agreed(name, lambda service: getattr(service, name))
        if name.startswith("_") or not (name in Service.model_fields or hasattr(Service, name)):
            return super().__getattr__(name)  # type: ignore[misc] # pydantic hides it from type checkers
        raise Apart(name)

    def _agreed(self, fact: str, ask: Callable[[Service], T]) -> T:
        first, *others = (ask(service) for service in self.members)
        if any(other != first for other in others):
            raise Apart(fact, ask)
        self._asked[fact] = first
        return first


def _in_key(fact: str, value: object) -> str:
    """A fact's part of the key; nothing for what usually holds, so that keys stay short."""
    fact = fact.replace("_", " ")
    match value:
        case bool():
            usual = fact not in ("quiet", "busy", "stateful")
            return "" if value == usual else slug(fact if value else f"no {fact}")
        case None:
            return slug(f"no {fact}")
        case int():
            return slug(f"{fact} {value}")
        case _:
            return slug(str(value))


def _in_words(filter: str) -> str:
    return f"NOT {filter[1:]}" if filter.startswith("!") else filter
