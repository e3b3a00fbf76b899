"""Scheduled jobs: not run, failed, too long."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import Priority, alert


@define
def cron_not_succeeded(
    service: Service,
    *,
    critical: Number | None = None,  # seconds since the last success; by default 1.04 periods and one run
    run_s: Number = 3600,  # seconds: the longest usual run
    minutes: int = 10,
) -> Monitor | None:
    """{service.name} in {service.env} has not run to success: its last run began more than {run_s} s ago and has not
    succeeded, or none began at all.

    It is not a weekend: what counts is the run that was due last, and without one the longest gap of the schedule.

    First step: `kubectl -n {{kube_namespace.name}} get jobs`, the log of the last one; then run it by hand:
    `kubectl create job --from=cronjob/{service.cron.name} {service.cron.name}-by-hand`.

    Likely causes: the job fails; it was not started (suspended, or the run before it still runs); nodes are full.

    Over when: a run has succeeded. Of a job that is suspended on purpose, switch this off.
    """
    if not (service.does("cron") and service.cron):
        return None
    group = ["kube_cluster_name", "kube_namespace", "kube_cronjob"]
    here = service.kubernetes_scope(f"kube_cronjob:{service.cron.name}", by=group)
    success, start = (
        f"max:kubernetes_state.cronjob.duration_since_last_{one}{here}" for one in ("successful", "schedule")
    )
    unfinished = f"is_greater({start}, {round(run_s)}) * is_greater({success} - {start}, 60)"
    period = service.cron.period_s
    late = critical if critical is not None else 1.04 * period + run_s if period is not None else None
    missed = f"is_greater({success}, {round(late)}) + default_zero({unfinished})" if late is not None else unfinished
    return alert(
        name="[{service.name}] No successful run in time in {service.env}",
        query=f"min(last_{minutes}m):{missed} >= 1",
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def cron_failed(
    service: Service,
    *,
    priority: Priority = 3,  # a cause: cron-not-succeeded pages when no later run makes up for it
) -> Monitor | None:
    """A run of {service.name} in {service.env} failed: {{kube_job.name}}.

    It is not an attempt that failed, which the next one may make up for. It tells of each run once.

    First step: `kubectl -n {{kube_namespace.name}} logs job/{{kube_job.name}}`.

    Likely causes: an error of its own; its deadline or number of retries; a dependency that was down.

    Over when: a quarter of an hour has passed; whether a later run succeeds, `cron-not-succeeded` watches.
    """
    if not (service.does("cron") and service.cron):
        return None
    here = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}", by=["kube_cluster_name", "kube_namespace", "kube_job"]
    )
    return alert(
        name="[{service.name}] Run {{kube_job.name}} failed in {service.env}",
        query=f"change(max(last_5m),last_10m):default_zero(max:kubernetes_state.job.completion.failed{here}) > 0",
        on_missing_data="default",
        new_group_delay=0,  # a run is a group of its own
        priority=priority,
    )


@define(level="standard")
def cron_too_long(
    service: Service,
    *,
    critical: Number = 3600,  # seconds
) -> Monitor | None:
    """A run of {service.name} in {service.env} takes longer than {critical} s: {{kube_job.name}}.

    First step: `kubectl -n {{kube_namespace.name}} logs job/{{kube_job.name}} --tail=50`: does it progress or hang?

    Likely causes: more data than before; a slow query; a lock held by something else.

    Over when: the run has ended.
    """
    if not (service.does("cron") and service.cron):
        return None
    # of the pod that runs: what Kubernetes says of a Job stands still while it runs, and stays when it is done
    here = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}",
        "pod_phase:running",
        by=["kube_cluster_name", "kube_namespace", "kube_job"],
    )
    return alert(
        name="[{service.name}] Run {{kube_job.name}} takes longer than {{threshold}}s in {service.env}",
        query=f"max(last_5m):max:kubernetes_state.pod.uptime{here} > {critical}",
        on_missing_data="resolve",
        new_group_delay=0,  # a run is a group of its own
        priority=3,
    )
