"""Jobs and CronJobs: failed, late."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, by, by_check, define

from .terms import alert


@define(level="standard")
def job_failed(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """A Job gave up: what it should have done is not done.

    First step: `kubectl logs -n {{kube_namespace.name}} job/{{kube_job.name}}`; to run it again,
    `kubectl create job -n {{kube_namespace.name}} --from=cronjob/{{kube_cronjob.name}} again`.

    Likely causes: the work itself fails (its log); a deadline or backoffLimit too tight; no room to run.

    Over when: the failed Job is deleted. Kubernetes keeps it (failedJobsHistoryLimit), and while it is there this
    stays red: `kubectl delete job {{kube_job.name}} -n {{kube_namespace.name}}` once the work is done.
    """
    group = by("kube_cluster_name", "kube_namespace", "kube_cronjob", "kube_job")
    return alert(
        name="[EKS] Job {{kube_job.name}} failed in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes_state.job.completion.failed{cluster.workloads()}"
        f" {group}) >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def cronjob_late(cluster: Cluster, *, checks: int = 5) -> Monitor:  # failed checks of the last that many and one
    """A CronJob missed its schedule: its next run lies in the past.

    First step: `kubectl describe cronjob {{kube_cronjob.name}} -n {{kube_namespace.name}}`: suspended,
    concurrencyPolicy, startingDeadlineSeconds, the last Events.

    Likely causes: the run before still runs and may not overlap; it was suspended; the controller manager was away
    for longer than the deadline.

    Over when: the next run starts. If it should not wait: `kubectl create job -n {{kube_namespace.name}}
    --from=cronjob/{{kube_cronjob.name}} now`.
    """
    group = by_check("kube_cluster_name", "kube_namespace", "kube_cronjob")
    return Monitor(
        type="service check",
        name="[EKS] CronJob {{kube_cronjob.name}} missed its schedule in {{kube_namespace.name}} on {cluster.name}",
        query=f'"kubernetes_state.cronjob.on_schedule_check"{cluster.over()}{group}'
        f".last({checks + 1}).count_by_status()",
        critical=checks,
        ok=1,
        notify_no_data=False,
        new_group_delay=300,
        tags=("pack:eks",),
        priority=3,
    )
