"""Scheduled jobs: not run, failed, too long."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import Priority, alert


@define
def cron_not_succeeded(
    service: Service,
    *,
    critical: Number | None = None,  # seconds; by default 1.04 periods and one run
    run_s: Number = 600,  # seconds: the longest usual run
    minutes: int = 10,
) -> Monitor | None:
    """{service.name} in {service.env} has not run to success for longer than its schedule allows.

    First step: `kubectl -n {{kube_namespace.name}} get jobs`, the log of the last one; then run it by hand:
    `kubectl create job --from=cronjob/{service.cron.name} {service.cron.name}-by-hand`.

    Likely causes: the job fails; it was not started (suspended, or the run before it still runs); nodes are full.

    Over when: a run has succeeded. Of a job that is suspended on purpose, switch this off.
    """
    if not (service.does("cron") and service.cron) or (critical is None and service.cron.period_s is None):
        return None
    late = critical if critical is not None else 1.04 * (service.cron.period_s or 0) + run_s
    scope = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}", by=["kube_cluster_name", "kube_namespace", "kube_cronjob"]
    )
    return alert(
        name="[{service.name}] No successful run for {{threshold}}s in {service.env}",
        query=f"max(last_{minutes}m):max:kubernetes_state.cronjob.duration_since_last_successful{scope}"
        f" > {round(late)}",
        on_missing_data="show_no_data",
        priority=2,
    )


@define(level="standard")
def cron_failed(
    service: Service,
    *,
    minutes: int = 10,
    priority: Priority = 3,  # a cause: cron-not-succeeded pages when no later run makes up for it
) -> Monitor | None:
    """A run of {service.name} in {service.env} failed: {{kube_job.name}}.

    A failed Job that Kubernetes keeps (`failedJobsHistoryLimit`) stays in alert until it is deleted.

    First step: `kubectl -n {{kube_namespace.name}} logs job/{{kube_job.name}}`.

    Likely causes: an error of its own; its deadline or number of retries; a dependency that was down.

    Over when: the next run succeeded; then `kubectl delete job {{kube_job.name}}`.
    """
    if not (service.does("cron") and service.cron):
        return None
    scope = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}", by=["kube_cluster_name", "kube_namespace", "kube_job"]
    )
    return alert(
        name="[{service.name}] Run {{kube_job.name}} failed in {service.env}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes_state.job.completion.failed{scope}) >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=priority,
    )


@define(level="standard")
def cron_too_long(
    service: Service,
    *,
    critical: Number = 3600,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """A run of {service.name} in {service.env} takes longer than {critical} s: {{kube_job.name}}.

    First step: `kubectl -n {{kube_namespace.name}} logs job/{{kube_job.name}} --tail=50`: does it progress or hang?

    Likely causes: more data than before; a slow query; a lock held by something else.

    Over when: the run has ended.

    Unconfirmed: that the duration of a job carries the CronJob's tag.
    """
    if not (service.does("cron") and service.cron):
        return None
    scope = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}", by=["kube_cluster_name", "kube_namespace", "kube_job"]
    )
    return alert(
        name="[{service.name}] Run {{kube_job.name}} takes longer than {{threshold}}s in {service.env}",
        query=f"max(last_{minutes}m):max:kubernetes_state.job.duration{scope} > {critical}",
        warning=0.5 * critical if warning is None else warning,
        on_missing_data="resolve",
        priority=3,
    )
