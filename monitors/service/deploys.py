"""Deploys: a version that fails, versions side by side."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define, scope

from .terms import SETTLE_S, Priority, alert, failing, ratio


@define(level="standard")
def deploy_faulty(
    service: Service,
    *,
    critical: Number = 5,  # percent of the version's requests
    requests: int = 30,  # of the version in the window; of fewer nothing is said
    minutes: int = 15,
    priority: Priority = 3,  # a cause: error-rate pages
) -> Monitor | None:
    """Version {{version.name}} of {service.name} in {service.env} fails more requests than it should.

    First step: compare the versions on the service page below, Deployments; if only this one fails, roll it back.

    Likely causes: a defect of this version; a migration or setting it needs and does not have.

    Over when: the version serves no requests, or fails less than the threshold.
    """
    if not service.does("http", "grpc"):
        return None
    return ratio(
        name="[{service.name}] Version {{version.name}} has an error rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):{failing(service, requests, 'version')} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="default",
        new_group_delay=SETTLE_S,
        priority=priority,
    )


@define(level="full")
def deploy_mixed_versions(service: Service, *, hours: int = 2) -> Monitor | None:
    """Two versions of {service.name} have run side by side in {service.env} for {hours} hours.

    First step: `kubectl rollout status` of the workload; finish the rollout, or end the canary.

    Likely causes: a rollout that waits for a pod; a canary somebody forgot.

    Over when: one version is left.
    """
    if not service.does("http", "grpc", "worker"):
        return None
    # Not service.scope: where one monitor watches many services, it would count the versions of them all.
    ready = f"sum:kubernetes_state.pod.ready{scope(*service.filters(), 'condition:true', by=['version'])}"
    return alert(
        name="[{service.name}] More than one version for {hours} hours in {service.env}",
        query=f"min(last_{hours}h):count_nonzero({ready}) > 1",
        on_missing_data="resolve",
        priority=5,
    )
