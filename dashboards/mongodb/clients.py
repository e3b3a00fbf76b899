"""Who uses MongoDB."""

from __future__ import annotations

from dd_sync import (
    Dashboard,
    Inventory,
    TemplateVariable,
    by,
    define,
    scope,
)

from .widgets import graph, top


@define
def clients(inventory: Inventory) -> Dashboard | None:
    """Who uses MongoDB: services' own view of their calls. They know their environment and not the deployment, so
    this is a page of its own; the name of the calls is the tracer's, and Python's has another."""
    envs = sorted({mongodb.env for mongodb in inventory.mongodb})
    if not envs:
        return None
    here, service = scope("$env"), by("service")
    return Dashboard(
        title="MongoDB: who uses it",
        reflow_type="auto",
        template_variables=[TemplateVariable(name="env", prefix="env", defaults=envs if len(envs) == 1 else ["*"])],
        widgets=(
            top(
                "Calls by service",
                "request",
                {"calls": "default_zero(calls) + default_zero(from_python)"},
                how="sum",
                calls=f"sum:trace.mongodb.query.hits{here} {service}.as_count()",
                from_python=f"sum:trace.pymongo.cmd.hits{here} {service}.as_count()",
            ),
            graph("p95 of calls by service", "second", p95=f"p95:trace.mongodb.query{here} {service}"),
        ),
    )
