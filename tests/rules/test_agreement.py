"""Two readers of one table: what `validate` passes the emulator takes; what the emulator refuses `validate` finds."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dd_sync.emulator import Emulator
from dd_sync.kinds import KINDS
from dd_sync.rules import check
from tests.emulator.asking import ask
from tests.emulator.bodies import dashboard, monitor, slo

LOGS = 'logs("status:error").index("*").rollup("count").by("service").last("5m") > 10'
CHECK = '"a.b".over("*").by("host").last(3).count_by_status()'
BASES: list[tuple[str, dict[str, Any]]] = [
    ("monitor", monitor(options={"thresholds": {"critical": 5}})),
    ("monitor", monitor(type="log alert", query=LOGS, options={"thresholds": {"critical": 10}})),
    ("monitor", monitor(type="service check", query=CHECK, options={"thresholds": {"critical": 2}})),
    ("slo", slo()),
    ("dashboard", dashboard(template_variables=[{"name": "env", "prefix": "env", "defaults": ["*"]}], tags=["team:a"])),
    (
        "dashboard",
        dashboard(
            widgets=[
                {"definition": {"type": "timeseries", "requests": [{"q": "avg:x{*}", "display_type": "bars"}]}},
                {"definition": {"type": "group", "layout_type": "ordered", "widgets": []}},
            ]
        ),
    ),
    (
        "downtime",
        {
            "scope": "env:prod",
            "monitor_identifier": {"monitor_tags": ["service:a"]},
            "schedule": {"timezone": "UTC", "recurrences": [{"rrule": "FREQ=DAILY", "duration": "2h"}]},
        },
    ),
    ("notification-rule", {"name": "All", "filter": {"tags": ["team:a"]}, "recipients": ["slack-a"]}),
    ("catalog-entity", {"apiVersion": "v3", "kind": "service", "metadata": {"name": "web", "owner": "a"}}),
]
QUERIES = ("avg(last_1h):avg:x{*} > .5", "avg(current_1h):avg:x{*} > 5", "sum:a{*}.as_count()", LOGS, CHECK, "1 && 2")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 200),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(
        ["", "a", "env:prod", "prod", "7d", "2h", "default", "resolve", "FREQ=DAILY", "@slack-a", *QUERIES]
    ),
    st.lists(st.sampled_from(["", "team:a", "host", 1, None]), max_size=3),
    st.dictionaries(
        st.sampled_from(["critical", "warning", "name", "type", "tags", "scope"]), st.integers(0, 9), max_size=2
    ),
)
NAMES = st.sampled_from(
    "type query name options thresholds critical warning on_missing_data notify_no_data no_data_timeframe"
    " new_group_delay notify_by restricted_roles priority tags timeframe target monitor_ids groups title layout_type"
    " widgets defaults"
    " is_read_only reflow_type requests q scope schedule recurrences rrule duration start end monitor_identifier"
    " recipients filter conditional_recipients metadata kind spec message draft_status evaluation_delay"
    " timeout_h".split()
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a body that can hold something else: (holder, key)."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += [(value, key), *_places(item)]
    return found


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A body in order, with up to three places changed, taken out or added."""
    kind, base = draw(st.sampled_from(BASES))
    body = copy.deepcopy(base)
    for _ in range(draw(st.integers(0, 3))):
        holder, key = draw(st.sampled_from(_places(body)))
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(NAMES)] = draw(VALUES)
        elif draw(st.integers(0, 3)):
            holder[key] = draw(VALUES)
        elif isinstance(holder, dict):
            del holder[key]
        if not _places(body):
            break
    return kind, body


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies())
def test_validate_and_the_emulator_agree(made: tuple[str, dict[str, Any]]) -> None:
    kind, body = made
    emulator = Emulator(seed=1)
    for id in (1, 2):
        emulator.put("monitor", monitor(), id)
    sent = {name: value for name, value in body.items() if name not in KINDS[kind].server_fields}
    errors = [finding for finding in check(kind, sent, emulator.world.clock()) if finding.severity == "error"]
    answered = ask(emulator, "POST", KINDS[kind].endpoint.path, KINDS[kind].wire_body(sent))
    if answered.status >= 400:
        assert errors or _names_strangers(kind, sent), (answered.status, answered.body)
    else:
        assert not [finding for finding in errors if finding.rule not in UNREFUSED], errors


def _names_strangers(kind: str, sent: dict[str, Any]) -> bool:
    """Whether it refers to what is not there, which only an account knows."""
    return any(id not in (1, 2) for _, id in KINDS[kind].refers_to(sent))


UNREFUSED = ("match-without-tag", "contradicting-scope", "error-budget-range", "widget-query-syntax")
"""Errors that Datadog takes, though they can never work."""
