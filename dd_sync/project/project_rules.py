"""Rules about a project as a whole: what can be seen neither in one definition nor in a pair of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from inspect import cleandoc
from typing import Any

from dd_sync.core.errors import did_you_mean
from dd_sync.core.findings import Finding, RuleFacts, Severity
from dd_sync.core.references import Name, ObjectId, references
from dd_sync.core.secrets import has_secret
from dd_sync.kinds import KINDS
from dd_sync.project.locating import Object, value_at
from dd_sync.rules import RULES as OF_OBJECTS
from dd_sync.rules import check_reference
from dd_sync.rules.asked import RULES as ONLINE
from dd_sync.rules.rule import Broken


@dataclass(frozen=True)
class Whole:
    """All distinct objects of a project, the handles of its teams, and the live ids it knows to be its own."""

    objects: Sequence[Object]
    handles: frozenset[str] = frozenset()
    own_ids: Callable[[], Mapping[tuple[str, str], str]] = dict
    """Keys by kind and id; asked for only when something is named by an id."""

    @cached_property
    def by_target(self) -> Mapping[str, Mapping[Name, Object]]:
        """The objects of each target."""
        found: dict[str, dict[Name, Object]] = {}
        for one in self.objects:
            for target in one.targets:
                found.setdefault(target, {})[one.desired.name] = one
        return found


Found = tuple[Object, Finding]


@dataclass(frozen=True)
class ProjectRule:
    """`id` is stable; `why` is the docstring of the function."""

    id: str
    severity: Severity
    check: Callable[[Whole], Iterable[tuple[Object, Broken]]]

    @property
    def why(self) -> str:
        return cleandoc(self.check.__doc__ or "")

    def findings(self, whole: Whole) -> Iterator[Found]:
        """What the rule finds."""
        for one, broken in self.check(whole):
            yield (
                one,
                Finding(self.id, self.severity, broken.message, broken.path, broken.start, broken.end, broken.fix),
            )


def project_rule(id: str, severity: Severity) -> Callable[..., ProjectRule]:
    """Makes a rule of a function from a whole project to what is wrong in it."""
    return lambda check: ProjectRule(id, severity, check)


@project_rule("name-repeated", "warning")
def repeated_names(whole: Whole) -> Iterator[tuple[Object, Broken]]:
    """Two objects of one team have one name: whoever is woken cannot tell them apart (kennel refuses it)."""
    reported: set[tuple[Name, Name]] = set()
    for objects in whole.by_target.values():
        first: dict[tuple[str, str, str], Object] = {}
        for one in objects.values():
            name = KINDS[one.desired.kind].title(one.desired.payload)
            other = first.setdefault((one.desired.kind, one.owner, name), one)
            if other is not one and name and (one.desired.name, other.desired.name) not in reported:
                reported.add((one.desired.name, other.desired.name))
                text = f'"{name}" is the name of {other.desired.key} too, at {other.desired.source}'
                yield one, Broken(text, _title_path(one), fix="say in the name what tells them apart")


@project_rule("mention-unknown", "warning")
def mention_unknown(whole: Whole) -> Iterator[tuple[Object, Broken]]:
    """A handle that no team has: a misspelt one tells nobody, and Datadog does not say so.

    Handles made of variables (`@slack-{{team.name}}`) are taken as they are, and so is everything where teams have
    none; `@here` and `@channel` are the chat tool's.
    """
    for one in whole.objects if whole.handles else ():
        told = KINDS[one.desired.kind].recipients(one.desired.payload)
        for handle in dict.fromkeys(handle for handles in told.values() for handle in handles):
            if handle not in whole.handles and handle not in _OF_CHATS and "{{" not in handle:
                place = str(one.desired.payload.get("message") or "").find(handle)
                start, end = (place, place + len(handle)) if place >= 0 else (None, None)
                text = f"no team has the handle {handle}.{did_you_mean(handle, whole.handles)}"
                yield one, Broken(text, "message", start, end, "add it to a team in ddsync.yaml")


@project_rule("secret", "error")
def secret(whole: Whole) -> Iterator[tuple[Object, Broken]]:
    """A token, a password or a webhook's address: whoever reads the repository or the object in Datadog has it."""
    for one in whole.objects:
        for path, text in _texts(one.desired.payload):
            if has_secret(text):
                yield one, Broken("this looks like a secret", path, fix="take it out; it is known now, so replace it")


_OF_CHATS = ("@here", "@channel")

RULES: dict[str, ProjectRule] = {rule.id: rule for rule in (repeated_names, mention_unknown, secret)}

_OTHERS = (
    RuleFacts("definition", "error", "A definition file can be read, and each definition in it makes what it says."),
    RuleFacts("inventory", "error", "`ddsync.yaml` and the service files hold what ddsync knows, spelt right."),
    RuleFacts(
        "own-id",
        "warning",
        "An object of this project is named by its id: a reference follows it when it is replaced, an id does not.",
    ),
    RuleFacts("unknown-rule", "error", "`ignore=` names rules that exist: a misspelt one ignores nothing."),
    RuleFacts("unneeded-ignore", "error", "An ignore that nothing needs any more hides the next mistake."),
)


def rule_book() -> list[RuleFacts]:
    """Every rule there is: those of single objects, of projects, of files and of `ignore` itself."""
    of_objects = [rule.facts for rule in OF_OBJECTS.values()]
    return [*of_objects, *(RuleFacts(rule.id, rule.severity, rule.why) for rule in RULES.values()), *_OTHERS, *ONLINE]


@cache
def whys() -> Mapping[str, str]:
    """Why each rule is there, by id."""
    return {rule.id: rule.why for rule in rule_book()}


def project_findings(whole: Whole) -> Iterator[Found]:
    """What the rules of the project find."""
    for rule in RULES.values():
        yield from rule.findings(whole)


def reference_findings(whole: Whole) -> Iterator[Found]:
    """What is wrong with objects together with those they refer to, each pair once."""
    seen: set[tuple[int, int]] = set()
    for objects in whole.by_target.values():
        look_up = partial(_referred, objects)
        for one in objects.values():
            for name in references(one.desired.payload):
                other = objects.get(name)
                if other is not None and (id(one), id(other)) not in seen:
                    seen.add((id(one), id(other)))
                    here, there = one.desired.payload, other.desired.payload
                    findings = check_reference(one.desired.kind, here, name[0], there, look_up)
                    yield from ((one, finding) for finding in findings)


def _referred(objects: Mapping[Name, Object], kind: str, reference: Any) -> Mapping[str, Any] | None:
    """The payload of the object that a text such as `${monitor:key}` refers to."""
    found = objects.get((kind, str(reference).removeprefix(f"${{{kind}:").removesuffix("}")))
    return found.desired.payload if found is not None else None


_RAW = frozenset({"raw-id", "slo-raw-id", "widget-raw-id"})


def own_id(found: Found, own: Mapping[tuple[str, str], str]) -> Found:
    """A finding about an id, told by the key where the id is one of the project's own."""
    one, finding = found
    value = value_at(one.desired.payload, finding.path)
    raw = str(value)[finding.start : finding.end].strip("\"'") if isinstance(value, str) else str(value)
    for kind in KINDS:
        key = own.get((kind, raw))
        if key is not None and kind in finding.message.lower():
            text = f"{kind} {raw} is {key}, of this project"
            return one, replace(finding, rule="own-id", message=text, fix=f"refer to it: ${{{kind}:{key}}}")
    return found


def with_own_ids(found: Iterable[Found], whole: Whole) -> Iterator[Found]:
    """The findings, those about ids of the project's own objects told by their keys."""
    for one, finding in found:
        yield own_id((one, finding), whole.own_ids()) if finding.rule in _RAW else (one, finding)


def ids_by_key(known: Iterable[Mapping[Name, ObjectId]]) -> dict[tuple[str, str], str]:
    """Keys by kind and id."""
    return {(kind, str(id)): key for ids in known for (kind, key), id in ids.items()}


def _title_path(one: Object) -> str:
    return next((name for name in ("name", "title") if name in one.desired.payload), "")


_NO_PROSE = ("query", "q", "formula", "tags")
"""Fields whose texts are not looked at for secrets: `token:abc…` there is a filter."""


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a payload that people write, with their paths."""
    match value:
        case str():
            if len(value) > 20:
                yield path, value
        case dict():
            for name, item in value.items():
                if name not in _NO_PROSE:
                    yield from _texts(item, f"{path}.{name}" if path else str(name))
        case list():
            for index, item in enumerate(value):
                yield from _texts(item, f"{path}[{index}]")
