"""The numbers people change, and who changed which: function, project, entry, environment, in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.definitions.definition import LEVELS, Definition
from dd_sync.definitions.inventory import Entry
from dd_sync.project.problems import OnError, raise_problems
from dd_sync.project.settings import Overridden, Settings
from dd_sync.project.yaml_file import Steps, YamlFile


class Layer(NamedTuple):
    """What one place in one file changes: by folder (`monitors`), by definition name."""

    changes: Overridden
    file: YamlFile
    steps: Steps = ()
    document: int = 0

    def of(self, definition: Definition, folder: str) -> Iterator[tuple[str, Any]]:
        """The changes that name this definition, by name or by `module/name`."""
        for name, change in getattr(self.changes, folder).items():
            if _names(name, definition):
                yield name, change

    def at(self, folder: str, *names: str) -> str:
        return self.file.at([*self.steps, folder, *names], self.document)

    def named(self, folders: Sequence[str]) -> Iterator[tuple[str, str]]:
        for folder in folders:
            for name in getattr(self.changes, folder):
                yield folder, name


class Lines(Mapping[str, str]):
    """`file:line` of each number, found when somebody asks: lines of a file cost more than its data."""

    def __init__(self, written: Mapping[str, tuple[Layer, tuple[str, ...]]]) -> None:
        self._written = written

    def __getitem__(self, name: str) -> str:
        layer, steps = self._written[name]
        return layer.at(*steps)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __eq__(self, other: object) -> bool:
        return self._written == other._written if isinstance(other, Lines) else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]


class Chosen(NamedTuple):
    """The numbers of one definition for one entry."""

    values: Mapping[str, Any]
    set_at: Mapping[str, str] = MappingProxyType({})
    """`file:line` of each number that is not the function's default."""


class Numbers(NamedTuple):
    """All layers of a project: for everything, then for each entry, weakest first."""

    settings: Settings
    general: Layer
    by_entry: Mapping[tuple[type[Entry], str], Sequence[Layer]]
    folder_of: Mapping[str, str]
    """The folder, and so the YAML name, of each kind."""

    def chosen(self, definition: Definition, entry: Entry | None) -> Chosen | None:
        """The numbers to use; None when the definition is switched off. Raises DefinitionError with `file:line`."""
        folder = self.folder_of[definition.kind]
        on = self._level_holds(definition)
        values: dict[str, Any] = {}
        written: dict[str, tuple[Layer, tuple[str, ...]]] = {}
        for layer in self._layers(entry):
            for name, change in layer.of(definition, folder):
                if change is None or isinstance(change, bool):
                    on = bool(change)
                    continue
                if not isinstance(change, Mapping):
                    text = f"{name}: expected its numbers by name, or off; got {change!r}"
                    raise DefinitionError(text, at=layer.at(folder, name), hint=_meant(name, change, definition))
                on = True
                definition.validate(change, partial(layer.at, folder, name))
                values |= {_underscored(tunable): value for tunable, value in change.items()}
                written |= {_underscored(tunable): (layer, (folder, name, tunable)) for tunable in change}
        if not on:
            return None
        if not values:
            return Chosen(definition.defaults)
        set_at = Lines(written)
        return Chosen(definition.validate(values, lambda tunable: set_at.get(_underscored(tunable), "")), set_at)

    def _layers(self, entry: Entry | None) -> Iterator[Layer]:
        yield self.general
        if entry is not None:
            yield from self.by_entry.get((type(entry), entry.key), ())

    def _level_holds(self, definition: Definition) -> bool:
        """Whether the pack's level includes it. A project's own files, which are no pack, are always whole."""
        level = self.settings.level(definition.module)
        return level is None or LEVELS.index(definition.level) <= LEVELS.index(level)

    def check(self, definitions: Sequence[Definition], on_error: OnError = raise_problems) -> None:
        """Refuses changes to what does not exist. Raises DefinitionError with the nearest right name."""
        modules = {
            folder: _modules(d for d in definitions if self.folder_of[d.kind] == folder)
            for folder in self.folder_of.values()
        }
        entries = [("", self.general)]
        entries += [(_called(kind), layer) for (kind, _), layers in self.by_entry.items() for layer in layers]
        for whose, layer in entries:
            for folder, name in layer.named([*self.folder_of.values()]):
                error = _misnamed(whose, layer, folder, name, modules[folder])
                if error is not None:
                    on_error(error)


def changed_numbers(*places: Overridden) -> Mapping[str, Any]:
    """The numbers of monitors that these places change, weakest first, by the bare name of the definition; false where
    one is off at last."""
    found: dict[str, Any] = {}
    for place in places:
        for written, change in place.monitors.items():
            name, before = _dashed(written).rpartition("/")[2], found.get(_dashed(written).rpartition("/")[2])
            if isinstance(change, Mapping):
                numbers = {_underscored(tunable): value for tunable, value in change.items()}
                found[name] = {**(before or {}), **numbers}
            elif not change:
                found[name] = False
            else:
                found[name] = before or {}
    return found


def _modules(definitions: Iterable[Definition]) -> dict[str, set[str]]:
    """The modules that have a definition of each name; a name with its module has one."""
    found: dict[str, set[str]] = {}
    for one in definitions:
        found.setdefault(one.name, set()).add(one.module)
        found.setdefault(f"{one.module}/{one.name}", set()).add(one.module)
    return found


def _misnamed(
    whose: str, layer: Layer, folder: str, name: str, modules: Mapping[str, set[str]]
) -> DefinitionError | None:
    having = modules.get(_dashed(name), set())
    if not having:
        what, of = folder.removesuffix("s"), f" for a {whose}" if whose else ""
        return DefinitionError(f'{layer.at(folder, name)}: no {what} "{name}"{of}.{did_you_mean(name, modules)}')
    if not whose and len(having) > 1:
        choices = " or ".join(sorted(f"{module}/{_dashed(name)}" for module in having))
        return DefinitionError(f'{layer.at(folder, name)}: "{name}" is in several files: write {choices}')
    return None


def _called(entry: type[Entry]) -> str:
    return {"WholeService": "service"}.get(entry.__name__, entry.__name__.lower())


def _names(name: str, definition: Definition) -> bool:
    """Whether this is the name of a definition, bare or as `module/name`."""
    module, slash, bare = _dashed(name).rpartition("/")
    return bare == definition.name and (not slash or module == definition.module)


@cache
def _dashed(name: str) -> str:
    return str(name).replace("_", "-")


def _underscored(name: str) -> str:
    return str(name).replace("-", "_")


_OFF = frozenset({"disable", "disabled", "none", "never", "mute", "muted", "silent", "inactive", "delete"})


def _meant(name: str, change: object, definition: Definition) -> str:
    """What to write instead of a word or a number alone."""
    if isinstance(change, str) and change.strip().lower() in _OFF:
        return f"to switch it off: {name}: off"
    first = next(iter(definition.defaults), "critical")
    usual = change if isinstance(change, int | float) else definition.defaults.get(first, 5)
    return f"for example {name}: {{{first}: {usual}}}"
