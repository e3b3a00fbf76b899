"""Nodes: lost, under pressure, full."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, by, define

from .terms import CLUSTER, HOST, NODE, alert, ratio


@define(level="core")
def node_not_ready(cluster: Cluster, *, minutes: int = 15) -> Monitor:
    """A node stopped reporting: nothing new is placed there, and its pods are evicted after five minutes.

    First step: `kubectl describe node {{node.name}}` for the conditions and the last heartbeat, then the instance's
    status checks: `aws ec2 describe-instance-status --filters Name=private-dns-name,Values={{node.name}}`.

    Likely causes: the instance or its zone failed; kubelet or containerd died, often of memory or a full disk; the
    node lost its network. Karpenter or the node group should replace it by itself: if it does not, look there.

    Over when: the node is Ready again, or gone and its pods run elsewhere: `kubectl get pods -A --field-selector
    spec.nodeName={{node.name}}` is empty.
    """
    not_ready = cluster.scope("condition:ready", "!status:true")
    return alert(
        name="[EKS] Node {{node.name}} NotReady on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(sum:kubernetes_state.node.by_condition{not_ready} {NODE}) >= 1",
        critical_recovery=0,
        on_missing_data="default",  # the metric is sent for conditions that hold, so silence is health
        priority=2,
    )


@define(level="standard")
def node_pressure(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """A node runs short of memory, disk or process ids, and begins to evict pods.

    First step: `kubectl describe node {{node.name}}`: Conditions and Events say which resource, Allocated says who.

    Likely causes: pods without limits; logs, images or emptyDir volumes on a small root disk; a process that forks
    without end.

    Over when: {{condition.name}} is False again, and `kubectl get events -A --field-selector reason=Evicted` is quiet.
    """
    pressure = cluster.scope("status:true", "!condition:ready")
    group = by("kube_cluster_name", "node", "condition")
    return alert(
        name="[EKS] Node {{node.name}} under {{condition.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(sum:kubernetes_state.node.by_condition{pressure} {group}) >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def node_unschedulable_pct(
    cluster: Cluster,
    *,
    critical: Number = 80,  # percent of nodes that are schedulable; fewer alert
    warning: Number | None = None,  # percent
) -> Monitor:
    """Many nodes are cordoned: the cluster has less room than it seems to.

    First step: `kubectl get nodes | grep SchedulingDisabled`, then what holds their drain:
    `kubectl get pdb -A` for budgets with no disruption allowed.

    Likely causes: an upgrade under way, or stuck on a PodDisruptionBudget; nodes cordoned by hand and forgotten.

    Over when: the drained nodes are gone or uncordoned (`kubectl uncordon NODE`).
    """
    room = 100 - critical  # all nodes at most are schedulable, so the steps are shares of what is left to 100 %
    warning = critical + room / 2 if warning is None and room > 0 else warning
    schedulable, every = cluster.scope("status:schedulable"), cluster.scope()
    return ratio(
        name="[EKS] Less than {{threshold}}% of nodes schedulable on {cluster.name}",
        query=f"max(last_15m):sum:kubernetes_state.node.status{schedulable} {CLUSTER} * 100"
        f" / sum:kubernetes_state.node.status{every} {CLUSTER} < {critical}",
        warning=warning,
        critical_recovery=critical + room / 4 if room > 0 else None,
        warning_recovery=warning + (100 - warning) / 5 if warning is not None and warning < 100 else None,
        on_missing_data="show_no_data",
        priority=3,
    )


@define(level="standard")
def node_cpu_high(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of allocatable CPU
    warning: Number | None = None,  # percent
) -> Monitor:
    """Every pod on this node runs slowly: its CPU is used up.

    First step: `kubectl top pods -A --sort-by=cpu`, and which of them run on {{host.name}}.

    Likely causes: pods that request less CPU than they use, so that too many share a node; one noisy neighbour;
    a busy loop after a deploy.

    Over when: CPU stays under the recovery threshold for 15 minutes. A lasting cure is honest CPU requests.
    """
    here = cluster.scope()
    warning = critical * 80 / 90 if warning is None else warning
    return ratio(
        name="[EKS] Node CPU above {{threshold}}% on {{host.name}} of {cluster.name}",
        # usage in nanocores, allocatable in cores
        query=f"avg(last_15m):100 * (sum:kubernetes.cpu.usage.total{here} {HOST} / 1000000000)"
        f" / avg:kubernetes_state.node.cpu_allocatable{here} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 85 / 90,
        warning_recovery=warning * 75 / 80,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_memory_high(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of allocatable memory
    warning: Number | None = None,  # percent
) -> Monitor:
    """A node is about to evict or kill pods: its working set is what the OOM killer watches.

    First step: `kubectl top pods -A --sort-by=memory`, and which of them run on {{host.name}}.

    Likely causes: pods whose limits are far above their requests; a leak; a new node type that is too small.

    Over when: memory stays under the recovery threshold for 15 minutes, and `kubectl get events -A --field-selector
    reason=Evicted` shows nothing new.
    """
    here = cluster.scope()
    warning = critical * 85 / 90 if warning is None else warning
    return ratio(
        name="[EKS] Node memory above {{threshold}}% on {{host.name}} of {cluster.name}",
        query=f"avg(last_15m):100 * sum:kubernetes.memory.working_set{here} {HOST}"
        f" / avg:kubernetes_state.node.memory_allocatable{here} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 87 / 90,
        warning_recovery=warning * 82 / 85,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_disk_high(
    cluster: Cluster,
    *,
    critical: Number = 88,  # percent of the node's filesystem
    warning: Number | None = None,  # percent
) -> Monitor:
    """A node's disk fills up: next come DiskPressure, lost images and evicted pods.

    First step: `kubectl debug node/{{host.name}} -it --image=busybox -- df -h /host`, then the largest of
    `/host/var/log/pods` and `/host/var/lib/containerd`.

    Likely causes: a container that logs without end; large images; emptyDir volumes without a sizeLimit.

    Over when: usage is under the recovery threshold. Replacing the node (`kubectl drain {{host.name}}
    --ignore-daemonsets --delete-emptydir-data`) is often the shortest way.
    """
    warning = critical * 85 / 88 if warning is None else warning
    return alert(
        name="[EKS] Node filesystem above {{threshold}}% on {{host.name}} of {cluster.name}",
        # a fraction, 0 to 1
        query=f"avg(last_10m):100 * max:kubernetes.node.filesystem.usage_pct{cluster.scope()} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 84 / 88,
        warning_recovery=warning * 80 / 85,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def node_pods_capacity(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of the pods the node may run
    warning: Number | None = None,  # percent
) -> Monitor:
    """A node has nearly all the pods it may run: on EKS its network interfaces set that limit, not its size.

    First step: `kubectl get node {{host.name}} -o jsonpath='{.status.allocatable.pods}'`, beside the instance type's
    limit.

    Likely causes: many small pods on a small instance type; prefix delegation of the VPC CNI is off.

    Over when: pods per node fall under the recovery threshold, by larger instances, prefix delegation or fewer pods.
    """
    here = cluster.scope()
    warning = critical * 90 / 95 if warning is None else warning
    return ratio(
        name="[EKS] Node {{host.name}} running more than {{threshold}}% of its allowed pods on {cluster.name}",
        query=f"avg(last_15m):100 * sum:kubernetes.pods.running{here} {HOST}"
        f" / avg:kubernetes_state.node.pods_allocatable{here} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 92 / 95,
        warning_recovery=warning * 85 / 90,
        on_missing_data="resolve",
        priority=4,
    )
