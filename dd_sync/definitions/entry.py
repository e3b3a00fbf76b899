"""What all entries of the inventory have in common: a name in keys, an owner, an environment, tags."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dd_sync.definitions import text

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
"""Lower case, digits, dots, dashes, underscores: it becomes part of keys and tags."""


class Facts(BaseModel):
    """A part of the inventory: frozen, unknown names are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Entry(Facts):
    """Base of what a definition can be repeated over."""

    @property
    def key(self) -> str:
        """Its part of a resource's key."""
        raise NotImplementedError

    @property
    def owner(self) -> str:
        """The team's name; empty where nobody in particular owns it."""
        return ""

    @property
    def environment(self) -> str:
        return ""

    @property
    def environments(self) -> Sequence[str]:
        """All of them, for what is in several at once."""
        return [self.environment] if self.environment else []

    @property
    def former_key(self) -> str | None:
        """What its part of a key was before it was renamed; None where it was not."""
        return None

    @property
    def referred(self) -> str:
        """Its part of the key by which others refer to what is made of it."""
        return self.key

    @property
    def paged_for(self) -> int:
        """The lowest priority that wakes somebody: P1 and P2 unless it says otherwise; 0 for none."""
        return 2

    def filters(self) -> Sequence[str]:
        """The tags that select it in a query."""
        return ()

    def tags(self) -> Sequence[str]:
        """The tags its objects carry."""
        return [f"env:{self.environment}"] * bool(self.environment) + [f"team:{self.owner}"] * bool(self.owner)

    def scope(self, *filters: str, by: Sequence[str] = ()) -> str:
        """The scope of a metric query: its own filters and these; with `by`, its grouping too."""
        return text.scope(*self.filters(), *filters, by=by)

    def over(self, *filters: str) -> str:
        """The scope of a service check."""
        return text.over(*self.filters(), *filters)
