"""What the pack's monitors of a deployment have in common: how they alert, and what one alert is about."""

from __future__ import annotations

from functools import partial

from dd_sync import MongoDB, Monitor, by

LINKS = (
    "Look next: [dashboard]({app}/dashboard/lists?q=MongoDB%3A%20{mongodb.name})"
    " · [queries]({app}/databases/queries?query=clustername%3A{mongodb.name})"
    " · [log]({app}/logs?query=source%3Amongodb%20clustername%3A{mongodb.name}"
    '&from_ts={{eval "last_triggered_at_epoch-1800000"}}&to_ts={{eval "last_triggered_at_epoch+600000"}}&live=false)'
)

alert = partial(Monitor, tags=("pack:mongodb",), new_group_delay=300, require_full_window=False, links=LINKS)
"""A member that joins has five minutes to settle, and need not have been there all the time."""

ratio = partial(alert, evaluation_delay=60)
"""An alert on a quotient, a minute late, since a quotient of which one side is missing jumps (Datadog's docs,
"as_count() in monitor evaluations")."""

SET = by("clustername", "replset_name")
ME = by("clustername", "replset_name", "replset_me")
"""A member as it calls itself: the state in its other tags changes with each election."""

INSTANCE = by("clustername", "database_instance")
MEMBER = by("clustername", "replset_name", "database_instance")
NODE = by("clustername", "hostnameport")
"""Atlas calls a member by host and port."""


def zeroed(query: str) -> str:
    """A metric that is sent only while something is wrong: silence is 0, at once (see monitors/eks/terms.py)."""
    return f"default_zero({query}.fill(zero))"


def fixed_tickets(mongodb: MongoDB) -> bool:
    return mongodb.self_hosted and mongodb.major_version is not None and mongodb.major_version < 7


def unusual(name: str, watched: str, deviations: int) -> Monitor:
    """More than that many deviations above what these hours usually see, for 15 minutes."""
    return alert(
        name=name,
        query=f"avg(last_4h):anomalies({watched}, 'agile', {deviations}, direction='above', interval=60,"
        " alert_window='last_15m', count_default_zero='true', seasonality='hourly') >= 1",
        critical_recovery=0,
        threshold_windows={"trigger_window": "last_15m", "recovery_window": "last_15m"},
        on_missing_data="resolve",
        priority=4,
    )
