"""Rules that only Datadog's answers can judge; `dd_sync.datadog.online` asks."""

from __future__ import annotations

from dd_sync.core.findings import RuleFacts

REJECTED = RuleFacts("rejected", "error", "Datadog's own validation refuses the definition.", refused=True)
METRIC_UNKNOWN = RuleFacts(
    "metric-unknown",
    "warning",
    "No such metric reported in the last day: its name is misspelt, or nothing sends it yet. A monitor of it stays in"
    " No Data.",
)
SCOPE_SILENT = RuleFacts(
    "scope-silent",
    "warning",
    "The metric reports, and not for this scope: a filter that matches nothing keeps a monitor in No Data for ever, and"
    " nobody notices. Metrics that report only when something happens, errors for one, are silent on a good day.",
)
GROUP_TAG_UNKNOWN = RuleFacts(
    "group-tag-unknown",
    "warning",
    "The metric has no tag of the name it is grouped by: there is one group for everything, and the tag is empty in the"
    " message.",
)
GROUPS_MANY = RuleFacts(
    "groups-many",
    "warning",
    "A monitor with very many groups may send as many notifications at once.",
)
HANDLE_UNKNOWN = RuleFacts(
    "handle-unknown",
    "warning",
    "Datadog notifies nobody under this handle: it is misspelt, or its integration is not set up.",
)

RULES = (REJECTED, METRIC_UNKNOWN, SCOPE_SILENT, GROUP_TAG_UNKNOWN, GROUPS_MANY, HANDLE_UNKNOWN)
