"""Which permission each endpoint wants, as Datadog's API description says (`x-permission`)."""

from __future__ import annotations

READS = frozenset({"GET", "HEAD"})

_WANTED = (
    # The first that fits counts: below a path, what reading and what changing need.
    ("/api/v1/monitor/validate", "monitors_read", "monitors_read"),
    ("/api/v1/monitor", "monitors_read", "monitors_write"),
    ("/api/v2/monitor/notification_rule", "monitors_read", "monitor_config_policy_write"),
    ("/api/v2/monitor/policy", "monitors_read", "monitor_config_policy_write"),
    ("/api/v1/dashboard", "dashboards_read", "dashboards_write"),
    ("/api/v1/slo/correction", "slos_read", "slos_corrections"),
    ("/api/v1/slo", "slos_read", "slos_write"),
    ("/api/v1/synthetics", "synthetics_read", "synthetics_write"),
    ("/api/v2/downtime", "monitors_downtime", "monitors_downtime"),
    ("/api/v2/catalog/entity", "apm_service_catalog_read", "apm_service_catalog_write"),
    ("/api/v1/metrics", "metrics_read", "metrics_metadata_write"),
    ("/api/v2/metrics", "metrics_read", "metrics_metadata_write"),
    ("/api/v1/query", "timeseries_query", "timeseries_query"),
    ("/api/v2/events/search", "events_read", "events_read"),
    ("/api/v2/events", "events_read", "events_read"),
    ("/api/v2/audit/events", "audit_logs_read", "audit_logs_read"),
    ("/api/v2/current_user/application_keys", "user_app_keys", "user_app_keys"),
)

ALL = frozenset(scope for _, read, write in _WANTED for scope in (read, write))
"""Every permission the emulator knows of."""


def required_permission(method: str, path: str) -> str:
    """The permission a request wants; empty where any valid key may ask."""
    for prefix, read, write in _WANTED:
        if path == prefix or path.startswith(f"{prefix}/"):
            return read if method in READS else write
    return ""
