"""The page of a service: is the promise kept, then group after group."""

from __future__ import annotations

from dd_sync import (
    Dashboard,
    EventStream,
    Group,
    MonitorSummary,
    SLOList,
    SLOWidget,
    TemplateVariable,
    WholeService,
    define,
)
from slos.service import availability

from .behind import behind_group, runtime_group
from .requests import golden_signals, written_group
from .room import room_group
from .widgets import deploys
from .work import runs_group, work_group


@define
def overview(
    service: WholeService,
    *,
    error_budget: bool = True,  # off where the availability SLO is off
) -> Dashboard:
    """Everything about {service.name}: choose the environment at the top, read from the top."""
    requests = service.does("http", "grpc")
    groups = [
        _promise(service, error_budget=error_budget and requests),
        golden_signals(service) if requests else None,
        work_group(service) if service.does("worker") else None,
        runs_group(service) if service.main.cron else None,
        room_group(service),
        behind_group(service) if requests or service.does("worker") else None,
        runtime_group(service),
        written_group(service),
    ]
    return Dashboard(
        title="Service / {service.name}",
        widgets=[group for group in groups if group is not None],
        template_variables=[
            TemplateVariable(
                name="env",
                prefix="env",
                available_values=[one.env for one in service.envs],
                defaults=[service.main.env],
            )
        ],
        tags=[f"team:{service.team}"] if service.team else None,
    )


def _promise(service: WholeService, *, error_budget: bool) -> Group:
    budget = SLOWidget(
        title="Error budget",
        slo_id=availability.ref(service.main),
        view_mode="overall",
        time_windows=["7d", "30d"],
        show_error_budget=True,
    )
    return Group(
        title="SLOs and monitors",
        widgets=[
            *([budget] if error_budget else []),
            SLOList(title="SLOs", requests=[f"service:{service.name}"]),
            MonitorSummary(
                title="Monitors",
                query=f"tag:(service:{service.name})",
                display_format="countsAndList",
                summary_type="monitors",
                hide_zero_counts=True,
            ),
            EventStream(title="Deploys", query=deploys(service)),
        ],
    )
