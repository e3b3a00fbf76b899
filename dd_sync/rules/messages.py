"""Rules about the message: tags it needs, blocks that pair, states nobody hears of."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.core.errors import did_you_mean
from dd_sync.query.message import Variable, handles, problems, recipients, variables
from dd_sync.query.parts import scope_tags
from dd_sync.query.search import terms
from dd_sync.query.tree import String
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, rule

_PLACES = ("name", "message")
_EVERYTHING = ("synthetics alert", "composite", "slo alert")


@rule("match-without-tag", "error")
def match_without_tag(monitor: MonitorFacts) -> Iterator[Broken]:
    """`{{#is_match "env.name" …}}` needs a query grouped by `env`: without it the block is never true, nobody is paged.

    Tags are known of the group that alerts only (Datadog's docs, "Variables"; kennel refuses it too).
    """
    for path, variable in _strangers(monitor):
        if variable.kind == "match" and variable.tag not in _scoped(monitor):
            yield _broken(monitor, path, variable, f'{{{{#is_match "{variable.text}"}}}} can never be true')


@rule("variable-without-tag", "warning")
def variable_without_tag(monitor: MonitorFacts) -> Iterator[Broken]:
    """`{{host.name}}` stays empty unless the query is grouped by `host` (Datadog's docs, "Variables")."""
    for path, variable in _strangers(monitor):
        if variable.kind == "value":
            yield _broken(monitor, path, variable, f"{{{{{variable.text}}}}} stays empty")
        elif variable.tag in _scoped(monitor):
            yield _broken(monitor, path, variable, f"{variable.text} is in the scope, not in the grouping")


@rule("message-block", "warning")
def message_block(monitor: MonitorFacts) -> Iterator[Broken]:
    """Every `{{#is_alert}}` is closed: the rest of the message would belong to it."""
    for problem in problems(_text(monitor, "message")):
        yield Broken(problem.message, "message", problem.start, problem.end, "open and close every block")


@rule("alert-unheard", "warning")
def alert_unheard(monitor: MonitorFacts) -> Iterator[Broken]:
    """A message that names handles, and none of them for the alert itself."""
    message = _text(monitor, "message")
    if handles(message) and not recipients(message)["alert"]:
        yield Broken("nobody is told of the alert, only of other states", "message", fix="name a handle in is_alert")


@rule("warning-unsent", "warning")
def warning_unsent(monitor: MonitorFacts) -> Iterator[Broken]:
    """A message for warnings, and no warning threshold: it is never sent."""
    message = _text(monitor, "message")
    if monitor.thresholds and monitor.thresholds.get("warning") is None and monitor.type not in _EVERYTHING:
        place = message.find("{{#is_warning}}")
        if place >= 0:
            yield Broken("is_warning is never true: there is no warning threshold", "message", place, place + 15)


@rule("no-data-unsent", "warning")
def no_data_unsent(monitor: MonitorFacts) -> Iterator[Broken]:
    """A message for missing data, and options that never notify of it."""
    place = _text(monitor, "message").find("{{#is_no_data}}")
    told = monitor.options.get("notify_no_data") or monitor.options.get("on_missing_data") == "show_and_notify_no_data"
    if place >= 0 and "options" in monitor.payload and not told:
        yield Broken(
            "is_no_data is never sent: missing data does not notify",
            "message",
            place,
            place + 15,
            'on_missing_data: "show_and_notify_no_data"',
        )


@rule("escalation-unsent", "warning")
def escalation_unsent(monitor: MonitorFacts) -> Iterator[Broken]:
    """An escalation message is sent on renotification only: without `renotify_interval` never."""
    if monitor.options.get("escalation_message") and not monitor.options.get("renotify_interval"):
        yield Broken("escalation_message is never sent without renotify_interval", "options.escalation_message")


@rule(
    "notify-by", "error", "stated", "API description: MonitorOptions.notify_by", "terraform-provider-datadog: monitor"
)
def notify_by(monitor: MonitorFacts) -> Iterator[Broken]:
    """`notify_by` names tags the query is grouped by, or `*` (the API's description: a subset of the grouping)."""
    listed = monitor.options.get("notify_by")
    if not _grouping_known(monitor) or not isinstance(listed, list) or "*" in listed:
        return
    for index, tag in enumerate(listed):
        if tag not in monitor.groups:
            yield Broken(
                f"the query is not grouped by {tag}.{did_you_mean(str(tag), monitor.groups)}",
                f"options.notify_by[{index}]",
                fix=f"one of {', '.join(monitor.groups) or '*'}",
            )


RULES = (
    match_without_tag,
    variable_without_tag,
    message_block,
    alert_unheard,
    warning_unsent,
    no_data_unsent,
    escalation_unsent,
    notify_by,
)


def _text(monitor: MonitorFacts, path: str) -> str:
    text = monitor.payload.get(path)
    return text if isinstance(text, str) else ""


def _strangers(monitor: MonitorFacts) -> Iterator[tuple[str, Variable]]:
    """Variables of name and message whose tag the query is not grouped by.

    A group of hosts knows all tags of the host; composites and SLO alerts take theirs from elsewhere.
    """
    if not _grouping_known(monitor) or monitor.type in _EVERYTHING or "host" in monitor.groups:
        return
    known = {group.lstrip("@") for group in monitor.groups}
    for path in _PLACES:
        for variable in variables(_text(monitor, path)):
            if variable.tag is not None and variable.tag.lstrip("@") not in known and _first(variable) not in known:
                yield path, variable


def _grouping_known(monitor: MonitorFacts) -> bool:
    """Whether the tags of a group are known: not for `*`, nor for a formula over queries that do not say."""
    if monitor.query is None or "*" in monitor.groups:
        return False
    return bool(monitor.groups) or not any(chain.name == "formula" for chain in monitor.chains)


def _first(variable: Variable) -> str:
    """`host.name` grouped by is `{{host.name}}`, without the brackets the docs ask for, and Datadog fills it."""
    return variable.text.lstrip("@")


def _scoped(monitor: MonitorFacts) -> set[str]:
    """Tags the scope or the search asks for."""
    found = {tag.key for metric in monitor.metrics for tag, negated in scope_tags(metric.scope) if not negated}
    for chain in monitor.chains:
        searched = terms(chain.subject.raw) if isinstance(chain.subject, String) else ()
        found |= {term.partition(":")[0] for term in searched if ":" in term}
    return found


def _broken(monitor: MonitorFacts, path: str, variable: Variable, what: str) -> Broken:
    groups = ", ".join(monitor.groups)
    return Broken(
        f"{what}: the query is not grouped by {variable.tag}.{did_you_mean(str(variable.tag), monitor.groups)}",
        path,
        variable.start,
        variable.end,
        f"it is grouped by {groups}" if groups else f"add by {{{variable.tag}}} to the query",
    )
