"""The page of a deployment: what is promised and what alerts, then group after group."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync import (
    Dashboard,
    Group,
    MongoDB,
    MonitorSummary,
    SLOList,
    SLOWidget,
    TemplateVariable,
    Widget,
    define,
)
from slos.mongodb import lag, members, primary, reachable, read_latency, write_latency

from .atlas import atlas_groups
from .self_hosted import self_hosted_groups


@define
def overview(mongodb: MongoDB, *, budgets: bool = True) -> Dashboard:  # budgets: false where one of the SLOs is off
    """How {mongodb.name} is: what is promised, what alerts, then members, load, what runs out, queries."""
    sets = {"replset_name": "*"} if mongodb.self_hosted else {}
    variables = {"clustername": mongodb.name, **sets}
    return Dashboard(
        title="MongoDB: {mongodb.name}",
        tags=(f"team:{mongodb.team}",),
        reflow_type="auto",
        template_variables=[TemplateVariable(name=n, prefix=n, defaults=[v]) for n, v in variables.items()],
        widgets=(
            Group(title="Overview", widgets=[*_standing(mongodb), *(_budgets(mongodb) if budgets else ())]),
            *(self_hosted_groups(mongodb) if mongodb.self_hosted else atlas_groups(mongodb)),
        ),
    )


def _standing(mongodb: MongoDB) -> list[Widget]:
    return [
        MonitorSummary(
            title="Monitors",
            query=f'tag:"pack:mongodb" tag:"clustername:{mongodb.name}"',
            display_format="countsAndList",
            summary_type="monitors",
            hide_zero_counts=True,
            show_last_triggered=True,
            show_priority=True,
            sort="status,asc",
        ),
        SLOList(title="SLOs", requests=[f"pack:mongodb clustername:{mongodb.name}"]),
    ]


def _budgets(mongodb: MongoDB) -> Iterator[Widget]:
    """What is left of the error budget of each SLO that this deployment has."""
    slos = {"Fast reads": read_latency.ref(mongodb)}
    if mongodb.self_hosted:
        slos |= {"Fast writes": write_latency.ref(mongodb), "Reachable": reachable.ref(mongodb)}
    if mongodb.replicated and not mongodb.sharded:
        slos["A primary exists"] = primary.ref(mongodb)
    if mongodb.replicated or not mongodb.self_hosted:
        slos |= {"All members healthy": members.ref(mongodb), "Replication keeps up": lag.ref(mongodb)}
    for title, slo in slos.items():
        yield SLOWidget(
            title=title, slo_id=slo, view_mode="overall", time_windows=["7d", "30d"], show_error_budget=True
        )
