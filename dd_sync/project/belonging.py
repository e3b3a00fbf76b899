"""Which definitions a target has: those that are limited to other targets or environments are not made for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import Entry
from dd_sync.project.problems import OnError


@dataclass(frozen=True)
class Belonging:
    """One target, and what a limit may name."""

    target: str = ""
    """Its name; empty for a target that `ddsync.yaml` does not have, which has everything."""
    envs: Sequence[str] | None = None
    """Its environments; None for all."""
    targets: Sequence[str] = ()
    environments: Sequence[str] = ()

    def has(self, definition: Definition, entry: Entry | None) -> bool:
        """Whether a definition is made for an entry here."""
        if definition.targets is not None and self.target and self.target not in definition.targets:
            return False
        if definition.envs is None:
            return True
        there = _envs_of(entry) if entry is not None else ()
        there = there or (definition.envs if self.envs is None else self.envs)
        return any(env in definition.envs for env in there)

    def check(self, definition: Definition, where: Callable[[Definition], str], on_error: OnError) -> None:
        """Tells of a limit to what there is not, with the place of the definition."""
        for name, limit, known in (
            ("targets", definition.targets, self.targets),
            ("envs", definition.envs, self.environments),
        ):
            for one in limit or ():
                if known and one not in known:
                    what = "target" if name == "targets" else "environment"
                    text = f'{definition.function.__name__}: no {what} "{one}".{did_you_mean(one, known)}'
                    hint = f"there are {', '.join(known)}"
                    on_error(DefinitionError(text, at=where(definition), hint=hint))


def _envs_of(entry: Entry) -> Sequence[str]:
    """The environments of an entry; none for one that has none of its own."""
    env = getattr(entry, "env", None)
    if isinstance(env, str):
        return (env,)
    return [one.env for one in getattr(entry, "envs", ()) if hasattr(one, "env")]
