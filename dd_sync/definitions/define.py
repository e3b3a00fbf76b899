"""`@define`: a function becomes a definition.

The overloads are what lets an editor say, before anything runs, that an entry is wrong, that a tunable is misspelt or
that a reference names the wrong kind.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from dd_sync.core.references import Ref
from dd_sync.core.resource import Resource
from dd_sync.definitions.definition import Definition, Level
from dd_sync.definitions.inventory import Entry

P = ParamSpec("P")
E = TypeVar("E", bound=Entry)
E_in = TypeVar("E_in", bound=Entry, contravariant=True)
K = TypeVar("K", bound=Resource)
K_out = TypeVar("K_out", bound=Resource, covariant=True)
R = TypeVar("R", covariant=True)


class Repeated(Definition, Generic[E_in, P, R, K_out]):
    """A definition that makes one resource of an entry, or none."""

    def __call__(self, entry: E_in, /, *args: P.args, **tunables: P.kwargs) -> R:
        return cast(R, self.function(entry, *args, **tunables))

    def ref(self, entry: E_in, /) -> Ref[K_out]:
        """Refers to what this definition makes of the entry; runs nothing."""
        return self.reference(entry)


class Several(Definition, Generic[E_in, P, R, K_out]):
    """A definition that makes several resources of an entry, each with a key of its own."""

    def __call__(self, entry: E_in, /, *args: P.args, **tunables: P.kwargs) -> R:
        return cast(R, self.function(entry, *args, **tunables))

    def ref(self, entry: E_in, key: str, /) -> Ref[K_out]:
        """Refers to one of them by its `key=`; runs nothing."""
        return self.reference(entry, key)


class Once(Definition, Generic[R, K_out]):
    """A definition that is not repeated."""

    def __call__(self, **tunables: Any) -> R:
        return cast(R, self.function(**tunables))

    def ref(self, key: str | None = None, /) -> Ref[K_out]:
        """Refers to what it makes, by `key=` where it makes several; runs nothing."""
        return self.reference(None, key)


class _Define(Protocol):
    @overload
    def __call__(self, function: Callable[Concatenate[E, P], K], /) -> Repeated[E, P, K, K]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[E, P], K | None], /) -> Repeated[E, P, K | None, K]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[E, P], Iterable[K]], /) -> Several[E, P, Iterable[K], K]: ...
    @overload
    def __call__(self, function: Callable[..., K], /) -> Once[K, K]: ...
    @overload
    def __call__(self, function: Callable[..., Iterable[K]], /) -> Once[Iterable[K], K]: ...


@overload
def define(function: Callable[Concatenate[E, P], K], /) -> Repeated[E, P, K, K]: ...
@overload
def define(function: Callable[Concatenate[E, P], K | None], /) -> Repeated[E, P, K | None, K]: ...
@overload
def define(function: Callable[Concatenate[E, P], Iterable[K]], /) -> Several[E, P, Iterable[K], K]: ...
@overload
def define(function: Callable[[], K], /) -> Once[K, K]: ...
@overload
def define(function: Callable[[], Iterable[K]], /) -> Once[Iterable[K], K]: ...
@overload
def define(
    *,
    renamed_from: str | None = None,
    protect: bool = False,
    level: Level = "core",
    ignore: Sequence[str] = (),
    targets: Sequence[str] | str | None = None,
    envs: Sequence[str] | str | None = None,
) -> _Define: ...
def define(
    function: Callable[..., Any] | None = None,
    /,
    *,
    renamed_from: str | None = None,
    protect: bool = False,
    level: Level = "core",
    ignore: Sequence[str] = (),
    targets: Sequence[str] | str | None = None,
    envs: Sequence[str] | str | None = None,
) -> Any:
    """Makes a definition of a function whose return annotation names Monitor, SLO or Dashboard.

    `renamed_from` is the `<module>/<function>` it had before, so that live objects keep their ids; `protect` refuses
    every deletion; `level` is the pack level from which on it is made; `ignore` are the rules that `ddsync validate`
    leaves out here, and complains of once nothing breaks them; `targets` and `envs` are those it is made for, all where
    they are left out. A file says the same for all its definitions with `TARGETS` and `ENVS`.
    """

    def wrap(function: Callable[..., Any]) -> Definition:
        positional = [p for p in inspect.signature(function).parameters.values() if p.kind is not p.KEYWORD_ONLY]
        made = _kind_of(function) if positional else Once
        return made(
            function, renamed_from=renamed_from, protect=protect, level=level, ignore=ignore, targets=targets, envs=envs
        )

    return wrap(function) if function is not None else wrap


def _kind_of(function: Callable[..., Any]) -> type[Definition]:
    """`Several` for an annotation that is an iterable: the two differ in how `ref` is called, which is all that must
    be known before the module has run."""
    annotation = str(function.__annotations__.get("return", ""))
    iterables = ("Iterator[", "Iterable[", "Sequence[", "Generator[", "list[", "tuple[")
    return Several if any(name in annotation for name in iterables) else Repeated
