"""What the pack's monitors of a deployment have in common: how they alert, and what one alert is about."""

from __future__ import annotations

from functools import partial

from dd_sync import MongoDB, Monitor, by

alert = partial(Monitor, tags=("pack:mongodb",), new_group_delay=300, require_full_window=False)
"""A member that joins has five minutes to settle, and need not have been there all the time."""

ratio = partial(alert, evaluation_delay=60)
"""An alert on a quotient, a minute late, since a quotient of which one side is missing jumps (Datadog's docs,
"as_count() in monitor evaluations")."""

SET = by("clustername", "replset_name")
INSTANCE = by("clustername", "database_instance")
MEMBER = by("clustername", "replset_name", "database_instance")
NODE = by("clustername", "hostnameport")
"""Atlas calls a member by host and port."""


def events(mongodb: MongoDB) -> str:
    """What selects the deployment in an event search."""
    return " ".join(mongodb.filters())


def fixed_tickets(mongodb: MongoDB) -> bool:
    return mongodb.self_hosted and (mongodb.major_version or 0) < 7


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
