"""Nodes: lost, under pressure, held back, full."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, among, define

from .terms import CLUSTER, HOST, NODE, alert, ratio, zeroed

PRESSURES = among("condition", ("memorypressure", "diskpressure", "pidpressure", "networkunavailable"))
"""Conditions that are bad when they are true. By name: others, of EKS Auto Mode and the node monitoring agent, are
good when they are."""

READINESS = among(
    "condition", ("kernelready", "networkingready", "storageready", "containerruntimeready", "acceleratedhardwareready")
)
"""Conditions of EKS Auto Mode and the node monitoring agent: true when healthy."""


@define(level="standard")
def node_not_ready(cluster: Cluster, *, minutes: int = 5) -> Monitor:
    """A node stopped reporting: nothing new is placed there, and its pods are evicted after five minutes.

    It is not a drain: a node that Karpenter or an upgrade takes away is gone within a minute, and says nothing here.

    First step: `kubectl describe node {{node.name}}` for the conditions and the last heartbeat, then the instance's
    status checks: `aws ec2 describe-instance-status --instance-ids $(kubectl get node {{node.name}} -o
    jsonpath='{.spec.providerID}' | cut -d/ -f5)`.

    Likely causes: the instance or its zone failed; kubelet or containerd died, often of memory or a full disk; the
    node lost its network. Karpenter or the node group should replace it by itself: if it does not, look there.

    Over when: the node is Ready again, or gone and its pods run elsewhere: `kubectl get pods -A --field-selector
    spec.nodeName={{node.name}}` is empty.
    """
    not_ready = cluster.scope("condition:ready", "!status:true")
    return alert(
        name="[EKS] Node {{node.name}} NotReady on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(f'sum:kubernetes_state.node.by_condition{not_ready} {NODE}')} >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )


@define(level="core")
def nodes_not_ready(
    cluster: Cluster,
    *,
    critical: Number = 2,  # nodes, and more than the share
    share: Number = 10,  # percent of the nodes
    minutes: int = 5,
) -> Monitor:
    """Many nodes of {cluster.name} are lost at once: pods have lost their place, and what is left may be too small.

    It is not one bad node, which `node-not-ready` tells: more than {critical} nodes and more than {share} % of all.

    First step: `kubectl get nodes -L topology.kubernetes.io/zone | grep -v ' Ready'`: one zone, one instance type, one
    image, or all of them?

    Likely causes: a zone of AWS or its network; a bad node image rolled out; kubelets that lost the API server
    (security group, certificate).

    Over when: the nodes are Ready or replaced, and no pods are pending for want of them.
    """
    lost = zeroed(f"sum:kubernetes_state.node.by_condition{cluster.scope('condition:ready', '!status:true')} {CLUSTER}")
    most = f"clamp_min({share / 100} * sum:kubernetes_state.node.count{cluster.scope()} {CLUSTER}, {critical})"
    return alert(
        name="[EKS] Many nodes NotReady on {cluster.name}",
        query=f"min(last_{minutes}m):{lost} - {most} > 0",
        on_missing_data="default",
        renotify_interval=60,
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
    held = f"sum:kubernetes_state.node.by_condition{cluster.scope(PRESSURES, 'status:true')}"
    return alert(
        name="[EKS] Node {{node.name}} under {{condition.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(held + ' by {kube_cluster_name,node,condition}')} >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )


@define(level="core")
def nodes_unwell(
    cluster: Cluster,
    *,
    critical: Number = 3,  # nodes
    minutes: int = 10,
) -> Monitor:
    """Several nodes of {cluster.name} are short of memory, disk or process ids, or report a broken network or disk:
    pods are evicted faster than they find a place.

    It is not one node, which `node-pressure` and `node-readiness` tell.

    First step: `kubectl describe nodes | grep -E '^Name:|Pressure|Unavailable|Ready'`; what do those nodes share?

    Likely causes: a new version without limits on all of them; a node image or instance type with too small a disk;
    a driver or an add-on that broke.

    Over when: fewer than {critical} nodes report it.
    """
    bad = f"(({PRESSURES} AND status:true) OR ({READINESS} AND status:false))"
    return alert(
        name="[EKS] Several nodes unwell on {cluster.name}",
        query=f"min(last_{minutes}m):"
        f"{zeroed(f'sum:kubernetes_state.node.by_condition{cluster.scope(bad)} {CLUSTER}')} >= {critical}",
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def node_readiness(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """A node of EKS Auto Mode, or one with the node monitoring agent, reports {{condition.name}} as false: its kernel,
    network, storage, runtime or accelerator is broken though the kubelet runs.

    First step: `kubectl describe node {{node.name}}`: the condition's message; Auto Mode repairs a node by itself
    within half an hour.

    Likely causes: a failed network interface or device; a kernel bug; an accelerator that fell off the bus.

    Over when: the condition is true again or the node is replaced: `kubectl get nodeclaims`.
    """
    broken = f"sum:kubernetes_state.node.by_condition{cluster.scope(READINESS, 'status:false')}"
    return alert(
        name="[EKS] Node {{node.name}} reports {{condition.name}} false on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(broken + ' by {kube_cluster_name,node,condition}')} >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def node_unschedulable_pct(
    cluster: Cluster,
    *,
    critical: Number = 70,  # percent of nodes that are schedulable; fewer alert
    minutes: int = 30,
) -> Monitor:
    """Many nodes are cordoned: the cluster has less room than it seems to.

    It is not a drain here and there: all the time for {minutes} minutes.

    First step: `kubectl get nodes | grep SchedulingDisabled`, then what holds their drain:
    `kubectl get pdb -A` for budgets with no disruption allowed.

    Likely causes: an upgrade under way, or stuck on a PodDisruptionBudget; nodes cordoned by hand and forgotten.

    Over when: the drained nodes are gone or uncordoned (`kubectl uncordon NODE`).
    """
    schedulable, every = cluster.scope("status:schedulable"), cluster.scope()
    return ratio(
        name="[EKS] Less than {{threshold}}% of nodes schedulable on {cluster.name}",
        query=f"max(last_{minutes}m):100 * sum:kubernetes_state.node.status{schedulable} {CLUSTER}"
        f" / sum:kubernetes_state.node.status{every} {CLUSTER} < {critical}",
        critical_recovery=critical + (100 - critical) / 4 if critical < 100 else None,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_cordoned(cluster: Cluster, *, hours: int = 2) -> Monitor:
    """Node {{node.name}} has been cordoned for {hours} hours: its drain is stuck, or it was forgotten.

    It is not a usual drain, which takes minutes.

    First step: `kubectl get pods -A --field-selector spec.nodeName={{node.name}}` for what is left on it, then
    `kubectl get pdb -A`: a budget with ALLOWED DISRUPTIONS 0 stops every drain.

    Likely causes: a PodDisruptionBudget as large as the workload; a pod that never terminates; cordoned by hand.

    Over when: the node is drained and gone, or `kubectl uncordon {{node.name}}`.
    """
    cordoned = f"sum:kubernetes_state.node.status{cluster.scope('status:unschedulable')} {NODE}"
    return alert(
        name="[EKS] Node {{node.name}} cordoned for {hours} hours on {cluster.name}",
        query=f"min(last_{hours}h):{zeroed(cordoned)} >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def node_cpu_high(
    cluster: Cluster,
    *,
    critical: Number = 92,  # percent of the node's CPU
    minutes: int = 30,
) -> Monitor:
    """Every pod on this node runs slowly: its CPU is used up.

    First step: the node's name, `kubectl get nodes -o wide | grep {{host.name}}` or by provider id, then
    `kubectl top pods -A --sort-by=cpu`, and which of them run there.

    Likely causes: pods that request less CPU than they use, so that too many share a node; one noisy neighbour;
    a busy loop after a deploy.

    Over when: CPU stays under the recovery threshold for {minutes} minutes. A lasting cure is honest CPU requests.
    """
    here = cluster.scope()
    return ratio(
        name="[EKS] Node CPU above {{threshold}}% on {{host.name}} of {cluster.name}",
        # of node Agents both: usage in nanocores, capacity in cores
        query=f"min(last_{minutes}m):100 * (sum:kubernetes.cpu.usage.total{here} {HOST} / 1000000000)"
        f" / max:kubernetes.cpu.capacity{here} {HOST} > {critical}",
        critical_recovery=critical * 85 / 92,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_memory_high(
    cluster: Cluster,
    *,
    critical: Number = 92,  # percent of the node's memory
    minutes: int = 15,
) -> Monitor:
    """A node is about to evict or kill pods: its working set is what the OOM killer watches.

    It is not page cache, which gives way: that is left out.

    First step: the node's name, `kubectl get nodes -o wide | grep {{host.name}}` or by provider id, then
    `kubectl top pods -A --sort-by=memory`, and which of them run there.

    Likely causes: pods whose limits are far above their requests; a leak; a new node type that is too small.

    Over when: memory stays under the recovery threshold for {minutes} minutes, and `kubectl get events -A
    --field-selector reason=Evicted` shows nothing new.
    """
    here = cluster.scope()
    return ratio(
        name="[EKS] Node memory above {{threshold}}% on {{host.name}} of {cluster.name}",
        query=f"min(last_{minutes}m):100 * sum:kubernetes.memory.working_set{here} {HOST}"
        f" / max:kubernetes.memory.capacity{here} {HOST} > {critical}",
        critical_recovery=critical * 87 / 92,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_disk_high(
    cluster: Cluster,
    *,
    critical: Number = 87,  # percent of the node's filesystem
) -> Monitor:
    """A node's disk fills up: at 90 % the kubelet evicts pods.

    It is not the usual ceiling: images are cleared away from 85 % on, and this is above it.

    First step: the node's name, `kubectl get nodes -o wide | grep {{host.name}}` or by provider id; then
    `kubectl debug node/NODE -it --image=busybox -- df -h /host`, and the largest of `/host/var/log/pods` and
    `/host/var/lib/containerd`.

    Likely causes: a container that logs without end; large images; emptyDir volumes without a sizeLimit.

    Over when: usage is under the recovery threshold. Replacing the node (`kubectl drain NODE --ignore-daemonsets
    --delete-emptydir-data`) is often the shortest way.
    """
    return alert(
        name="[EKS] Node filesystem above {{threshold}}% on {{host.name}} of {cluster.name}",
        # a fraction, 0 to 1
        query=f"min(last_15m):100 * max:kubernetes.node.filesystem.usage_pct{cluster.scope()} {HOST} > {critical}",
        critical_recovery=critical * 83 / 87,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def node_image_disk_high(
    cluster: Cluster,
    *,
    critical: Number = 87,  # percent of the filesystem of images
) -> Monitor:
    """The disk for images of a node fills up: at 85 % used, Bottlerocket's default, pods are evicted.

    First step: the node's name, `kubectl get nodes -o wide | grep {{host.name}}` or by provider id; then
    `kubectl debug node/NODE -it --image=busybox -- df -h /host`.

    Likely causes: large images; many versions pulled in a short time; writable layers that grow.

    Over when: usage is under the recovery threshold.
    """
    disk = f"max:kubernetes.node.image.filesystem.usage_pct{cluster.scope()} {HOST}"
    return alert(
        name="[EKS] Image filesystem above {{threshold}}% on {{host.name}} of {cluster.name}",
        query=f"min(last_15m):100 * {disk} > {critical}",
        critical_recovery=critical * 83 / 87,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def node_pods_capacity(
    cluster: Cluster,
    *,
    critical: Number = 97,  # percent of the pods a usual node of the cluster may run
) -> Monitor:
    """The nodes of {cluster.name} have nearly all the pods they may run: on EKS network interfaces set that limit, not
    size.

    First step: `kubectl get nodes -o custom-columns=NAME:.metadata.name,PODS:.status.allocatable.pods`, beside
    `kubectl get pods -A -o wide`.

    Likely causes: many small pods on small instance types; prefix delegation of the VPC CNI is off.

    Over when: pods per node fall under the recovery threshold, by larger instances, prefix delegation or fewer pods.
    """
    here = cluster.scope()
    return ratio(
        name="[EKS] Nodes running more than {{threshold}}% of their allowed pods on {cluster.name}",
        query=f"min(last_30m):100 * sum:kubernetes.pods.running{here} {CLUSTER}"
        f" / sum:kubernetes_state.node.pods_allocatable{here} {CLUSTER} > {critical}",
        critical_recovery=critical * 92 / 97,
        on_missing_data="resolve",
        priority=4,
    )
