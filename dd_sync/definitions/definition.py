"""A definition as the loader sees it: one function, what it is repeated over, what it returns, what can be tuned."""

from __future__ import annotations

import collections.abc as abc
import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.core.references import Ref
from dd_sync.core.resource import Resource
from dd_sync.definitions.inventory import Entry
from dd_sync.kinds import FOLDERS

Level = Literal["core", "standard", "full"]
LEVELS: tuple[Level, ...] = ("core", "standard", "full")
"""Of packs: what pages, what one usually wants, everything. Each holds the ones before it."""


class Definition:
    """One function. Its hints are read on first use, when the module it stands in has run."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        renamed_from: str | None = None,
        protect: bool = False,
        level: Level = "core",
        ignore: Sequence[str] = (),
        targets: Sequence[str] | str | None = None,
        envs: Sequence[str] | str | None = None,
    ) -> None:
        functools.update_wrapper(cast(Any, self), function)
        self.function = function
        self.renamed_from, self.protect, self.level = renamed_from, protect, level
        self._targets, self._envs = targets, envs
        self.ignore = (ignore,) if isinstance(ignore, str) else tuple(ignore)

    @functools.cached_property
    def module(self) -> str:
        """The file's part of the key: `service`; of a file in a folder, as monitors/service/pods.py, the folder's."""
        steps = self.function.__module__.removeprefix("dd_sync.packs.").split(".")
        return _dashed(steps[1] if steps[0] in FOLDERS and len(steps) > 1 else steps[-1])

    @functools.cached_property
    def targets(self) -> tuple[str, ...] | None:
        """The targets that it is made for, its file's `TARGETS` where it does not say; None for all of them."""
        return self._limit("targets", self._targets)

    @functools.cached_property
    def envs(self) -> tuple[str, ...] | None:
        """The environments that it is made for, its file's `ENVS` where it does not say; None for all of them."""
        return self._limit("envs", self._envs)

    def _limit(self, name: str, own: Sequence[str] | str | None) -> tuple[str, ...] | None:
        said = own if own is not None else getattr(self.function, "__globals__", {}).get(name.upper())
        if said is None:
            return None
        found = (said,) if isinstance(said, str) else tuple(said) if isinstance(said, list | tuple | set) else ()
        if not found or not all(isinstance(one, str) and one for one in found):
            raise self._error(f"{name} names nothing", hint=f'for example {name}=("prod",), or leave it out for all')
        return found

    @functools.cached_property
    def name(self) -> str:
        """The function's part of the key: `error-rate`."""
        return _dashed(self.function.__name__)

    @property
    def file(self) -> str:
        return self.function.__code__.co_filename

    @property
    def line(self) -> int:
        return self.function.__code__.co_firstlineno

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"

    @functools.cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @functools.cached_property
    def hints(self) -> dict[str, Any]:
        try:
            return typing.get_type_hints(self.function, include_extras=True)
        except NameError as error:
            raise self._error(
                f"{error.name} is not known when this runs", hint="import it outside `if TYPE_CHECKING:`"
            ) from None

    @functools.cached_property
    def entry_parameter(self) -> str | None:
        """The name of the one positional parameter; None for a definition that is made once."""
        positional = [p.name for p in self.signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]
        if len(positional) > 1:
            raise self._error(
                f"it is repeated over one thing, not over {' and '.join(positional)}", hint="put * before the tunables"
            )
        return positional[0] if positional else None

    @functools.cached_property
    def entry_type(self) -> type[Entry] | None:
        """What it is repeated over."""
        if self.entry_parameter is None:
            return None
        hint = self.hints.get(self.entry_parameter)
        if not (isinstance(hint, type) and issubclass(hint, Entry)):
            raise self._error(
                f"{self.entry_parameter} has no inventory type",
                hint="annotate it with Cluster, MongoDB, Service, WholeService or Inventory",
            )
        return hint

    @functools.cached_property
    def returns(self) -> type[Resource]:
        """The model its return annotation names."""
        found = set(_resources(self.hints.get("return")))
        if len(found) != 1:
            raise self._error(
                "its return annotation must name one of Monitor, SLO, Dashboard",
                hint="for example: -> Monitor, -> Monitor | None, -> Iterator[Monitor]",
            )
        return found.pop()

    @functools.cached_property
    def several(self) -> bool:
        """Whether it returns an iterable, so that each resource has a name of its own."""
        return not any(isinstance(part, type) and issubclass(part, Resource) for part in _parts(self.hints["return"]))

    @property
    def kind(self) -> str:
        return self.returns.kind

    @functools.cached_property
    def tunables(self) -> type[BaseModel]:
        """The keyword-only parameters as a model that validates a service file's numbers."""
        fields: dict[str, Any] = {}
        for parameter in self.signature.parameters.values():
            if parameter.kind is parameter.KEYWORD_ONLY:
                if parameter.default is parameter.empty:
                    raise self._error(f"the tunable {parameter.name} needs a default")
                if parameter.name not in self.hints:
                    raise self._error(f"the tunable {parameter.name} needs a type")
                fields[parameter.name] = (self.hints[parameter.name], parameter.default)
        config = ConfigDict(extra="forbid", strict=True, validate_default=True, arbitrary_types_allowed=True)
        return create_model(f"{self.name} tunables", __config__=config, **fields)

    @functools.cached_property
    def defaults(self) -> dict[str, Any]:
        try:
            return dict(self.tunables())
        except ValidationError as error:
            fault = error.errors()[0]
            raise self._error(f"the default of {fault['loc'][0]}: {fault['msg'].lower()}") from None

    @property
    def docstring(self) -> str:
        return self.function.__doc__ or ""

    def check(self) -> None:
        """What a type checker cannot say. Raises DefinitionError."""
        _ = self.entry_type, self.returns, self.defaults, self.targets, self.envs
        if self.docstring.strip():
            return
        if any(isinstance(constant, str) and len(constant.split()) > 2 for constant in _first_constants(self.function)):
            raise self._error("its docstring is an f-string, which Python does not keep", hint="take the f off")
        raise self._error("it has no docstring", hint="the docstring is the runbook: why it matters, what to do first")

    def number(self, tunable: str, changed: Mapping[str, Any]) -> Any | None:
        """A number of it, where `changed` has those that a service changes (`service.numbers`); None where it is
        off: `latency_p95.number("critical", service.numbers)`."""
        change = changed.get(self.name, {})
        return None if change is False else change.get(tunable, self.defaults[tunable])

    def validate(self, values: Mapping[str, Any], where: Callable[[str], str]) -> dict[str, Any]:
        """The tunables with these values. `where` gives the `file:line` of a name. Raises DefinitionError."""
        for name, value in values.items():
            usual = self.defaults.get(_underscored(str(name)))
            if isinstance(value, int | float) and isinstance(usual, int | float) and value < 0 < usual:
                text = f"{self.name}: {_dashed(str(name))} is {value}, below zero, where {usual} is usual"
                raise DefinitionError(text, at=where(str(name)))
        try:
            return dict(self.tunables.model_validate({_underscored(str(name)): v for name, v in values.items()}))
        except ValidationError as error:
            fault = error.errors()[0]
            name = _dashed(str(fault["loc"][0]))
            known = [_dashed(field) for field in self.tunables.model_fields]
            if fault["type"] == "extra_forbidden":
                raise DefinitionError(
                    f'{self.name} has no tunable "{name}".{did_you_mean(name, known)}',
                    at=where(name),
                    hint=f"it has {', '.join(known) or 'none'}",
                ) from None
            raise DefinitionError(
                f"{self.name}: {name}: {fault['msg'].lower()}, got {fault['input']!r}", at=where(name)
            ) from None

    def key_of(self, entry: Entry | None, item: str | None = None) -> str:
        """The key of a resource it makes."""
        return self._key(entry.key if entry else "", item)

    def reference(self, entry: Entry | None, item: str | None = None) -> Ref[Any]:
        """What it makes of an entry, as a reference. Raises DefinitionError for anything but an entry."""
        if entry is not None and not isinstance(entry, Entry):
            raise self._error(f"ref({entry!r:.60}) names no entry of the inventory", hint="pass the cluster or service")
        return Ref(self.kind, self._key(entry.referred if entry else "", item))

    def _key(self, entry: str, item: str | None) -> str:
        return "/".join([part for part in (self.module, self.name, entry, item) if part])

    def build(self, entry: Entry | None, tunables: Mapping[str, Any]) -> Iterator[Resource]:
        """Runs the function. Errors of its own come out as they are; a wrong return is a DefinitionError."""
        made = self.function(*([entry] if entry is not None else []), **tunables)
        # A pydantic model is itself iterable: ask for the resource first.
        for one in [made] if isinstance(made, Resource) else made if made is not None else ():
            if type(one) is not self.returns and not isinstance(one, self.returns):  # the latter is slow, of a model
                raise self._error(f"it returned {type(one).__name__}, its annotation says {self.returns.__name__}")
            yield one

    def _error(self, text: str, *, hint: str = "") -> DefinitionError:
        return DefinitionError(f"{self.function.__name__}: {text}", at=self.where, hint=hint)


def _dashed(name: str) -> str:
    return name.replace("_", "-").lower()


def _underscored(name: str) -> str:
    return name.replace("-", "_")


def _parts(hint: Any) -> tuple[Any, ...]:
    """The members of a union, or the hint alone."""
    return typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)


def _resources(hint: Any) -> Iterator[type[Resource]]:
    for part in _parts(hint):
        if isinstance(part, type) and issubclass(part, Resource):
            yield part
        elif typing.get_origin(part) in _SEVERAL:
            yield from _resources(typing.get_args(part)[0])


_SEVERAL = (abc.Iterator, abc.Iterable, abc.Generator, abc.Sequence, list, tuple)


def _first_constants(function: Callable[..., Any]) -> tuple[Any, ...]:
    return function.__code__.co_consts[:2]
