"""Rules about notification rules: whom they tell, of what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.rules.rule import Broken, mapping, rule
from dd_sync.rules.scopes import is_keyless, read_scope

Payload = Mapping[str, Any]


@rule("rule-recipients", "error", "stated", "API description: MonitorNotificationRuleAttributes.recipients")
def rule_recipients(payload: Payload) -> Iterator[Broken]:
    """A rule tells `recipients`, or `conditional_recipients`, one of the two."""
    given = [name for name in ("recipients", "conditional_recipients") if payload.get(name) is not None]
    if len(given) != 1:
        what = "a rule tells somebody" if not given else "recipients and conditional_recipients exclude each other"
        says = "Invalid recipients: one of recipients and conditional_recipients must be specified"
        yield Broken(what, "recipients", fix="one of the two", says=says)


@rule(
    "rule-handle",
    "error",
    "recorded",
    "API clients: create a notification rule, 2025-2026",
    says="Invalid recipients: Recipient handle should not start with '@'",
)
def rule_handle(payload: Payload) -> Iterator[Broken]:
    """Handles of a rule stand without `@`: `slack-shop`."""
    for path, handles in _recipients(payload):
        for index, handle in enumerate(handles):
            if isinstance(handle, str) and handle.startswith("@"):
                yield Broken(f"{handle} is written without @", f"{path}[{index}]", fix=handle.lstrip("@"))


@rule("rule-scope", "error", "stated", "documentation#32870, 2025-11")
def rule_scope(payload: Payload) -> Iterator[Broken]:
    """Tags of a scope have keys, and are written whole: `service:web`, not `service:web-*`."""
    for path, scope in _scopes(payload):
        if is_keyless(scope):
            yield Broken("every tag of a scope has a key", path, fix="service:web AND env:prod")
        for text in _tags(scope):
            value = text.partition(":")[2]
            if "*" in value.strip('"') and value != "*":
                yield Broken(f"{text}: a scope holds no partial wildcards", path, fix="whole values, joined by OR")


RULES = (rule_recipients, rule_handle, rule_scope)


def _conditions(payload: Payload) -> list[tuple[str, dict[str, Any]]]:
    listed = mapping(payload.get("conditional_recipients")).get("conditions")
    some = enumerate(listed if isinstance(listed, list) else ())
    return [(f"conditional_recipients.conditions[{index}]", mapping(item)) for index, item in some]


def _recipients(payload: Payload) -> Iterator[tuple[str, list[Any]]]:
    fallback = mapping(payload.get("conditional_recipients")).get("fallback_recipients")
    places = [("recipients", payload.get("recipients")), ("conditional_recipients.fallback_recipients", fallback)]
    places += [(f"{path}.recipients", one.get("recipients")) for path, one in _conditions(payload)]
    for path, handles in places:
        if isinstance(handles, list):
            yield path, handles


def _scopes(payload: Payload) -> Iterator[tuple[str, str]]:
    places = [("filter.scope", mapping(payload.get("filter")).get("scope"))]
    places += [(f"{path}.scope", one.get("scope")) for path, one in _conditions(payload)]
    for path, scope in places:
        if isinstance(scope, str) and scope:
            yield path, scope


def _tags(scope: str) -> Iterator[str]:
    waiting = [(read_scope(scope), "")]
    while waiting:
        part, key = waiting.pop()
        if part.text:
            yield part.text if ":" in part.text or not key else f"{key}:{part.text}"
        waiting += [(item, part.key or key) for item in part.items]
