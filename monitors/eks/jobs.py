"""Jobs and CronJobs: failed, late."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, by_check, define

from .terms import JOB, LINKS, alert


@define(level="standard")
def job_failed(cluster: Cluster) -> Monitor:
    """A Job gave up: what it should have done is not done.

    It is not an attempt that failed, which the next one may make up for.

    First step: `kubectl logs -n {{kube_namespace.name}} job/{{kube_job.name}}`, and `kubectl describe job
    {{kube_job.name}} -n {{kube_namespace.name}}` for what started it: a CronJob, a deploy, a person.

    Likely causes: the work itself fails (its log); a deadline or backoffLimit too tight; no room to run.

    Over when: a quarter of an hour has passed. Kubernetes keeps failed Jobs; this tells of each once and does not stay
    red for them.
    """
    failed = f"max:kubernetes_state.job.completion.failed{cluster.causes()} {JOB}"
    return alert(
        name="[EKS] Job {{kube_job.name}} failed in {{kube_namespace.name}} on {cluster.name}",
        query=f"change(max(last_5m),last_10m):default_zero({failed}) > 0",
        on_missing_data="default",
        new_group_delay=0,  # a Job is a group of its own
        priority=3,
    )


@define(level="standard")
def cronjob_late(cluster: Cluster, *, checks: int = 20) -> Monitor:  # failed checks of the last that many and one
    """A CronJob missed its schedule: its next run lies in the past.

    It is not a run that starts some seconds late, nor a CronJob that is suspended.

    First step: `kubectl describe cronjob {{kube_cronjob.name}} -n {{kube_namespace.name}}`: concurrencyPolicy,
    startingDeadlineSeconds, the last Events.

    Likely causes: the run before still runs and may not overlap; the controller manager was away for longer than the
    deadline.

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
        links=LINKS,
        priority=3,
    )
