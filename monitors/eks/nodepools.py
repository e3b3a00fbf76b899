"""Autoscaling of nodes: Karpenter and the Cluster Autoscaler."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, by, define

from .terms import CLUSTER, alert, zeroed

USUAL = ("!error:nodeclaimnotfounderror", "!error:insufficientcapacityerror")
"""Errors that come with every node that goes, and with every spot market that is empty for an hour."""


@define(level="core")
def karpenter_silent(cluster: Cluster, *, minutes: int = 10) -> Monitor | None:
    """Karpenter decides nothing on {cluster.name}: it is gone, or its view of the cluster is not in step with the API.

    Pods that run go on; at the next scale-up or lost node nothing is added.

    First step: `kubectl get pods -A -l app.kubernetes.io/name=karpenter`, then
    `kubectl logs -n kube-system -l app.kubernetes.io/name=karpenter --tail=100`.

    Likely causes: its pods crash or find no node of their own; no leader; the API server refuses it; where only its
    metrics are missing, the annotation of its pods.

    Over when: `karpenter.cluster_state.synced` is 1 again.
    """
    if not cluster.has("karpenter"):
        return None
    return alert(
        name="[EKS] Karpenter silent or out of step on {cluster.name}",
        query=f"max(last_{minutes}m):max:karpenter.cluster_state.synced{cluster.scope()} {CLUSTER} < 1",
        on_missing_data="show_and_notify_no_data",
        priority=2,
    )


@define(level="core")
def karpenter_not_joining(cluster: Cluster, *, minutes: int = 12) -> Monitor | None:
    """Nodes are launched on {cluster.name} and do not join: Karpenter gives up after a quarter of an hour and tries
    again, while pods wait.

    It is not a node on its way, which joins within three minutes.

    First step: `kubectl get nodeclaims -o wide`, then of one that is not Registered the instance's console:
    `aws ec2 get-console-output --latest --instance-id ID`.

    Likely causes: a bad node image or user data; a security group or subnet without a way to the API server; the node
    role is not in the cluster's access entries.

    Over when: claims are Registered again.
    """
    if not cluster.has("karpenter"):
        return None
    waiting = cluster.scope("type:registered", "!status:true")
    claims = f"sum:karpenter.operator.nodeclaim.status_condition_count{waiting} {CLUSTER}"
    return alert(
        name="[EKS] Nodes do not join {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(claims)} >= 1",
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def karpenter_nodepool_not_ready(cluster: Cluster, *, minutes: int = 10) -> Monitor | None:
    """A NodePool of {cluster.name} is not Ready: nothing is provisioned from it.

    First step: `kubectl get nodepools,ec2nodeclasses`, then `kubectl describe` of the one that is False.

    Likely causes: the EC2NodeClass finds no image, subnet or security group by its selectors; its role is gone.

    Over when: all NodePools are Ready.
    """
    if not cluster.has("karpenter"):
        return None
    unready = cluster.scope("type:ready", "status:false")
    pools = f"sum:karpenter.operator.nodepool.status_condition_count{unready} {CLUSTER}"
    return alert(
        name="[EKS] NodePool not Ready on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(pools)} >= 1",
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def karpenter_errors(
    cluster: Cluster,
    *,
    critical: Number = 10,  # errors in 15 minutes
) -> Monitor | None:
    """Karpenter's calls to AWS fail: pods may wait for room that does not come.

    It is neither a node that was gone already nor a spot market without capacity: both are left out.

    First step: `kubectl logs -n kube-system -l app.kubernetes.io/name=karpenter --tail=200 | grep -i error`.

    Likely causes: an EC2 quota; a changed IAM role; no addresses left in the subnets; a launch that is refused.

    Over when: no error for 15 minutes and `kubectl get nodeclaims` are all Ready.
    """
    if not cluster.has("karpenter"):
        return None
    return alert(
        name="[EKS] Karpenter cloud provider errors on {cluster.name}",
        query=f"sum(last_15m):sum:karpenter.cloudprovider.errors.count{cluster.scope(*USUAL)} {CLUSTER}.as_count()"
        f" > {critical}",
        critical_recovery=0.3 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def karpenter_interruptions(
    cluster: Cluster,
    *,
    critical: Number = 10,  # spot interruptions in an hour
) -> Monitor | None:
    """Many spot nodes of {cluster.name} are taken back at once: workloads move all the time.

    It is not one or two, which Karpenter replaces in time.

    First step: which types: `kubectl get nodes -L node.kubernetes.io/instance-type -L karpenter.sh/capacity-type`.

    Likely causes: a spot market that tightens; too few instance types in the NodePool.

    Over when: fewer than {critical} in an hour: allow more types, or on-demand for what cannot move.
    """
    if not cluster.has("karpenter"):
        return None
    taken = cluster.scope("message_type:spot_interrupted")
    return alert(
        name="[EKS] Many spot interruptions on {cluster.name}",
        query=f"sum(last_1h):sum:karpenter.interruption.received_messages.count{taken} {CLUSTER}.as_count()"
        f" > {critical}",
        on_missing_data="resolve",
        priority=4,
    )


@define(level="standard")
def karpenter_nodepool_limit(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of the NodePool's limit
) -> Monitor | None:
    """NodePool {{nodepool.name}} is nearly at its limit: beyond it no node is added.

    First step: `kubectl get nodepool {{nodepool.name}} -o yaml`: spec.limits beside status.resources
    ({{resource_type.name}}).

    Likely causes: growth; requests far above use; nodes that cannot be consolidated.

    Over when: the limit is raised, or use is under the recovery threshold.
    """
    if not cluster.has("karpenter"):
        return None
    here, group = cluster.scope(), by("kube_cluster_name", "nodepool", "resource_type")
    return alert(
        name="[EKS] Karpenter NodePool {{nodepool.name}} above {{threshold}}% of its limit on {cluster.name}",
        query=f"min(last_15m):100 * max:karpenter.nodepool_usage{here} {group}"
        f" / max:karpenter.nodepool_limit{here} {group} > {critical}",
        critical_recovery=critical * 85 / 90,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def karpenter_queue(
    cluster: Cluster,
    *,
    critical: Number = 20,  # pods waiting, all the time
) -> Monitor | None:
    """Karpenter does not get on with the pods that wait for nodes.

    First step: `kubectl get nodeclaims` and `kubectl logs -n kube-system -l app.kubernetes.io/name=karpenter
    --tail=200`.

    Likely causes: no NodePool fits what the pods ask for (zone, architecture, taints); no EC2 capacity; Karpenter
    itself is short of CPU.

    Over when: the queue is under the recovery threshold for 15 minutes.
    """
    if not cluster.has("karpenter"):
        return None
    return alert(
        name="[EKS] Karpenter scheduling queue not draining on {cluster.name}",
        query=f"min(last_15m):max:karpenter.provisioner.scheduling.queue_depth{cluster.scope()} {CLUSTER} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def autoscaler_unsafe(cluster: Cluster, *, minutes: int = 10) -> Monitor | None:
    """The Cluster Autoscaler of {cluster.name} has stopped: it finds the cluster unsafe to scale, or is gone itself.

    First step: `kubectl get configmap cluster-autoscaler-status -n kube-system -o yaml`, then
    `kubectl logs -n kube-system -l app.kubernetes.io/name=aws-cluster-autoscaler --tail=100`.

    Likely causes: too many nodes that are not ready; its IAM role; the tags of the node groups changed.

    Over when: `cluster.safe.to.autoscale` is 1 again.
    """
    if not cluster.has("cluster-autoscaler"):
        return None
    safe = f"max:kubernetes_cluster_autoscaler.cluster.safe.to.autoscale{cluster.scope()} {CLUSTER}"
    return alert(
        name="[EKS] Cluster Autoscaler not scaling {cluster.name}",
        query=f"max(last_{minutes}m):{safe} < 1",
        on_missing_data="show_and_notify_no_data",
        priority=2,
    )


@define(level="standard")
def autoscaler_failed(
    cluster: Cluster,
    *,
    critical: Number = 3,  # failed scale-ups in 15 minutes
) -> Monitor | None:
    """The Cluster Autoscaler of {cluster.name} cannot add nodes: pods wait.

    First step: `kubectl logs -n kube-system -l app.kubernetes.io/name=aws-cluster-autoscaler --tail=200 | grep -i
    fail`, then the activity of the group: `aws autoscaling describe-scaling-activities --max-items 5
    --auto-scaling-group-name NAME`.

    Likely causes: no capacity of the instance type in the zone; an EC2 quota; a group at its maximum.

    Over when: no failure for 15 minutes.
    """
    if not cluster.has("cluster-autoscaler"):
        return None
    failed = f"sum:kubernetes_cluster_autoscaler.failed.scale.ups.count{cluster.scope()} {CLUSTER}.as_count()"
    return alert(
        name="[EKS] Cluster Autoscaler cannot add nodes on {cluster.name}",
        query=f"sum(last_15m):{failed} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )
