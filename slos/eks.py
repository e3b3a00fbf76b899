"""EKS: the promises of the platform to whoever runs on it, and a word in time when one is in danger.

What pages stands in `monitors/eks.py`; the alerts here see the slow burns below its thresholds, and tell.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dd_sync.packs.monitors.eks.terms import LINKS

from dd_sync import SLO, Cluster, Monitor, Number, Ref, define

promise = partial(SLO, tags=("pack:eks",))
alert = partial(Monitor, type="slo alert", tags=("pack:eks",), links=LINKS)


@define
def apiserver(cluster: Cluster, *, target: Number = 99.9) -> SLO | None:  # percent of requests; AWS promises 99.95
    """Requests to the API server of {cluster.name} that are answered without a 5xx."""
    if not cluster.control_plane_metrics:
        return None
    requests = "sum:kube_apiserver.apiserver_request_total.count"
    every, failed = cluster.scope(), cluster.scope("code:5*")
    return promise(
        name="EKS {cluster.name}: API server availability",
        numerator=f"{requests}{every}.as_count() - {requests}{failed}.as_count()",
        denominator=f"{requests}{every}.as_count()",
        target=target,
    )


@define(level="standard")
def apiserver_burn(cluster: Cluster, *, rate: Number = 6) -> Monitor | None:  # times the pace that uses it up in 30 d
    """The API server fails requests often enough to use up a month's error budget in a few days.

    First step: API requests by code on the cluster's dashboard: is it one verb, one client, one webhook?

    Likely causes: as for `apiserver-errors`: webhooks, a flooding controller, a fault at AWS.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    if not cluster.control_plane_metrics:
        return None
    return _burn(apiserver.ref(cluster), rate, "[EKS] API server of {cluster.name} burns its error budget {rate}x")


@define
def dns(cluster: Cluster, *, target: Number = 99.9) -> SLO:  # percent of answers
    """Names that CoreDNS of {cluster.name} answers without SERVFAIL."""
    count = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}"
    every, failed = cluster.scope(), cluster.scope("rcode:servfail")
    return promise(
        name="EKS {cluster.name}: DNS answers without SERVFAIL",
        numerator=f"{count}{every}.as_count() - {count}{failed}.as_count()",
        denominator=f"{count}{every}.as_count()",
        target=target,
    )


@define(level="standard")
def dns_burn(cluster: Cluster, *, rate: Number = 6) -> Monitor:  # times the pace that uses it up in 30 d
    """Name lookups fail now and then, too often to keep the month's promise.

    First step: DNS responses by rcode on the cluster's dashboard, then the CoreDNS logs:
    `kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100`.

    Likely causes: as for `dns-servfail`: the VPC's resolver, connection tracking, one zone's upstream.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    return _burn(dns.ref(cluster), rate, "[EKS] DNS of {cluster.name} burns its error budget {rate}x")


@define
def capacity(cluster: Cluster, *, target: Number = 99.5) -> SLO:  # percent of five-minute slices
    """Time in which every pod on {cluster.name} found a place: no pod, of services or not, was unschedulable, but for
    those that only hold room."""
    return promise(
        name="EKS {cluster.name}: no pod unschedulable",
        # sent only for pods that are: no point means none
        sli_specification=_slices(
            "default_zero(unschedulable)",
            {"unschedulable": f"sum:kubernetes_state.pod.unschedulable{cluster.waiting()}"},
            "<",
            1,
        ),
        target=target,
    )


@define(level="standard")
def capacity_burn(cluster: Cluster, *, rate: Number = 8) -> Monitor:  # times the pace that uses it up in 30 d
    """Pods find no place again and again: the cluster is too small, or too slow to grow.

    First step: `kubectl get pods -A --field-selector status.phase=Pending`, and whether they are always the same.

    Likely causes: limits of NodePools or quotas reached daily; a workload that asks for what no node has.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    return _burn(capacity.ref(cluster), rate, "[EKS] Capacity of {cluster.name} burns its error budget {rate}x")


@define
def nodes_ready(
    cluster: Cluster,
    *,
    target: Number = 99.9,  # percent of five-minute slices
    share: Number = 95,  # percent of nodes that have to be Ready
) -> SLO:
    """Time in which more than {share} % of the nodes of {cluster.name} were Ready."""
    ready = cluster.scope("condition:ready", "status:true")
    queries = {
        "ready": f"sum:kubernetes_state.node.by_condition{ready}",
        "nodes": f"sum:kubernetes_state.node.count{cluster.scope()}",
    }
    return promise(
        name="EKS {cluster.name}: nodes ready",
        sli_specification=_slices("100 * ready / nodes", queries, ">", share),
        target=target,
    )


@define(level="standard")
def nodes_ready_burn(cluster: Cluster, *, rate: Number = 40) -> Monitor:  # times the pace that uses it up in 30 d
    """Nodes fail more often, or come back more slowly, than the month's promise allows.

    First step: `kubectl get nodes --sort-by=.metadata.creationTimestamp`, and which of them are NotReady: one zone,
    one instance type, one image?

    Likely causes: a bad node image; spot interruptions; nodes that die of memory or disk.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    return _burn(nodes_ready.ref(cluster), rate, "[EKS] Nodes of {cluster.name} burn their error budget {rate}x")


@define
def workloads(
    cluster: Cluster,
    *,
    target: Number = 99.9,  # percent of five-minute slices
    share: Number = 95,  # percent of desired replicas that have to be available
) -> SLO:
    """Time in which more than {share} % of the replicas of the platform's own deployments on {cluster.name} were
    available; services have SLOs of their own and are not counted."""
    here = cluster.workloads()
    queries = {
        "available": f"sum:kubernetes_state.deployment.replicas_available{here}",
        "desired": f"sum:kubernetes_state.deployment.replicas_desired{here}",
    }
    return promise(
        name="EKS {cluster.name}: platform workloads available",
        sli_specification=_slices("100 * available / desired", queries, ">", share),
        target=target,
    )


@define(level="standard")
def workloads_burn(cluster: Cluster, *, rate: Number = 40) -> Monitor:  # times the pace that uses it up in 30 d
    """The platform's own workloads lack replicas too often: what everybody relies on is thin.

    First step: unavailable replicas on the cluster's dashboard, then
    `kubectl get deploy -A | awk '{split($3, n, "/")} n[1] != n[2]'` for those that lack some now.

    Likely causes: rollouts that replace too much at once; evictions; no room.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    return _burn(workloads.ref(cluster), rate, "[EKS] Workloads of {cluster.name} burn their error budget {rate}x")


def _slices(formula: str, queries: dict[str, str], comparator: str, threshold: Number) -> dict[str, Any]:
    """Good time: slices of five minutes in which the formula compares so."""
    return {
        "time_slice": {
            "query": {
                "formulas": [{"formula": formula}],
                "queries": [{"data_source": "metrics", "name": n, "query": q} for n, q in queries.items()],
            },
            "comparator": comparator,
            "threshold": threshold,
            "query_interval_seconds": 300,
        }
    }


def _burn(slo: Ref[SLO], rate: Number, name: str) -> Monitor:
    """Over six hours, and still in the last half: at 6 times, 5 % of a month's budget (Datadog's docs, "Burn rate").

    Of time, slices of five minutes are counted: one of 72 is 14 times too fast already at 99.9 %, so that rates of such
    promises ask for three.
    """
    return alert(
        name=name,
        query=f'burn_rate("{slo}").over("30d").long_window("6h").short_window("30m") > {rate}',
        priority=3,
    )
