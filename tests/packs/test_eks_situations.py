"""EKS: normal life sets nothing off, incidents are noticed in time, by the alert that is meant for them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pytest

from tests.packs.building import built, payloads
from tests.packs.situations import LEAD, Situation, fired

CLUSTER = (
    "clusters: [{name: prod-eu, env: prod, team: platform, control_plane_metrics: true, components: "
    "[karpenter, keda, cluster-autoscaler, cert-manager, tls, alb, vpc-cni, ena]}]"
)


@functools.cache
def monitors() -> Mapping[str, Mapping[str, Any]]:
    """At the level full, with services that tell nothing of their pods: then the cluster does."""
    return payloads(built("packs: {eks: full, service: core}", CLUSTER), "monitor")


C = "kube_cluster_name:prod-eu"
"""kube-state-metrics carry no env unless the Cluster Agent's own tags name it."""

PAY = f"{C},kube_namespace:shop,service:payments,env:prod"
DEP = f"{PAY},kube_deployment:payments"
THUMB = f"{C},kube_namespace:shop,kube_deployment:thumbnails"
STS = f"{C},kube_namespace:db,kube_stateful_set:mongo"
COREDNS = f"{C},kube_namespace:kube-system,kube_deployment:coredns"
KSM, WAIT = "kubernetes_state", "kubernetes_state.container.status_report.count.waiting"


def pod(name: str) -> str:
    return f"{DEP},pod_name:{name},kube_container_name:app"


def node(name: str, status: str, condition: str = "ready") -> str:
    return f"{C},node:{name},condition:{condition},status:{status},kube_zone:eu-1b,host:{name}-prod-eu"


def lost(n: int, text: str) -> list[tuple[str, str, str]]:
    """`n` of twenty nodes whose kubelet is not heard."""
    gone = [(f"{KSM}.node.by_condition", node(f"n{i}", "unknown"), text) for i in range(n)]
    return [*gone, (f"{KSM}.node.count", C, "20")]


def deployment(where: str, desired: str, available: str) -> list[tuple[str, str, str]]:
    return [
        (f"{KSM}.deployment.replicas_desired", where, desired),
        (f"{KSM}.deployment.replicas_available", where, available),
    ]


def hpa(wanted: str, most: str, least: str, inactive: str = "0") -> list[tuple[str, str, str]]:
    where = f"{C},kube_namespace:shop,horizontalpodautoscaler:payments"
    values = {"desired": wanted, "current": wanted, "max": most, "min": least}
    return [
        *((f"{KSM}.hpa.{name}_replicas", where, text) for name, text in values.items()),
        (f"{KSM}.hpa.condition", f"{where},condition:scalingactive,status:false", inactive),
    ]


def volume(used: str) -> list[tuple[str, str, str]]:
    where = f"{C},kube_namespace:db,persistentvolumeclaim:data-mongo-0,host:i-0"
    stats = "kubernetes.kubelet.volume.stats"
    return [(f"{stats}.used_bytes", where, used), (f"{stats}.capacity_bytes", where, "100")]


NORMAL = [
    Situation(
        "N01 rolling deploy",
        [
            *deployment(DEP, "6", f"6*{LEAD} 5 4 4 5 6"),
            (f"{KSM}.deployment.condition", f"{DEP},condition:progressing,status:false", "0"),
            *((WAIT, f"{pod(f'new-{i}')},reason:containercreating", f"-*{LEAD} 1 -") for i in range(3)),
            *((f"{KSM}.container.waiting", pod(f"new-{i}"), f"-*{LEAD} 1 0") for i in range(3)),
            ("kubernetes.containers.restarts", pod("new-0"), f"-*{LEAD} 0"),
            (f"{KSM}.pdb.pods_healthy", f"{C},kube_namespace:shop,poddisruptionbudget:payments", f"6*{LEAD} 4*3 6"),
            (f"{KSM}.pdb.pods_desired", f"{C},kube_namespace:shop,poddisruptionbudget:payments", "5"),
            (f"{KSM}.pdb.pods_total", f"{C},kube_namespace:shop,poddisruptionbudget:payments", "6"),
            (
                "aws.applicationelb.un_healthy_host_count.maximum",
                "elbv2.k8s.aws/cluster:prod-eu,targetgroup:t",
                "0*20 2 2 0",
            ),
            (
                "aws.applicationelb.healthy_host_count.minimum",
                "elbv2.k8s.aws/cluster:prod-eu,targetgroup:t",
                "6*20 4 4 6",
            ),
        ],
    ),
    Situation(
        "N02 rolling deploy of a StatefulSet",
        [
            (f"{KSM}.statefulset.replicas_desired", STS, "3"),
            (f"{KSM}.statefulset.replicas_ready", STS, f"3*{LEAD} 2*3 3 2*3 3 2*2 3"),
        ],
    ),
    Situation(
        "N03 drain by Karpenter",
        [
            *lost(1, f"-*{LEAD + 3} 1 -"),
            (f"{KSM}.node.status", f"{C},node:n7,status:unschedulable", f"-*{LEAD} 1*3 -"),
            *((f"{KSM}.node.status", f"{C},node:n{i},status:schedulable", "1") for i in range(10, 29)),
            *deployment(DEP, "6", f"6*{LEAD} 5*2 6"),
            (f"{KSM}.pod.unschedulable", f"{PAY},pod_name:p", f"-*{LEAD} 1 -"),
            ("karpenter.cloudprovider.errors.count", f"{C},error:nodeclaimnotfounderror", f"-*{LEAD} 1*60"),
        ],
    ),
    Situation(
        "N05 spot interruption",
        [
            ("karpenter.interruption.received_messages.count", f"{C},message_type:spot_interrupted", f"-*{LEAD} 1 -"),
            ("karpenter.cloudprovider.errors.count", f"{C},error:insufficientcapacityerror", f"-*{LEAD} 3*10 -"),
            (
                "karpenter.operator.nodeclaim.status_condition_count",
                f"{C},type:registered,status:unknown",
                f"-*{LEAD} 1*3 -",
            ),
        ],
    ),
    Situation(
        "N06 scale from zero by KEDA in the morning",
        [
            *deployment(THUMB, f"0*{LEAD} 1", f"0*{LEAD + 3} 1"),
            (f"{KSM}.pod.unschedulable", f"{THUMB},pod_name:t", f"-*{LEAD} 1*2 -"),
            (f"{KSM}.pod.status_phase", f"{THUMB},pod_name:t,pod_phase:pending", f"-*{LEAD} 1*3 -"),
            (WAIT, f"{THUMB},pod_name:t,reason:containercreating", f"-*{LEAD + 2} 1 -"),
            *hpa(f"0*{LEAD} 1", "20", "1", f"1*{LEAD + 1} 0"),
        ],
    ),
    Situation(
        "N07 scale up from ten to forty",
        [
            *deployment(DEP, f"10*{LEAD} 20 40", f"10*{LEAD} 14 14 14 30 40"),
            *((f"{KSM}.pod.unschedulable", f"{PAY},pod_name:p{i}", f"-*{LEAD + 1} 1*2 -") for i in range(18)),
            *((WAIT, f"{pod(f'p{i}')},reason:containercreating", f"-*{LEAD + 2} 1*2 -") for i in range(18)),
            (
                f"{KSM}.daemonset.desired",
                f"{C},kube_namespace:kube-system,kube_daemon_set:aws-node",
                f"20*{LEAD + 2} 24",
            ),
            (f"{KSM}.daemonset.ready", f"{C},kube_namespace:kube-system,kube_daemon_set:aws-node", f"20*{LEAD + 4} 24"),
            *hpa(f"10*{LEAD} 20 40", "60", "10"),
        ],
    ),
    Situation(
        "N21 upgrade of the Agents, N23 one of them dies",
        [
            *(("kubernetes.pods.running", f"{C},host:i-{i}", f"25*{LEAD + i} - 25") for i in range(20)),
            (f"{KSM}.daemonset.desired", f"{C},kube_namespace:datadog,kube_daemon_set:datadog", "20"),
            (f"{KSM}.daemonset.ready", f"{C},kube_namespace:datadog,kube_daemon_set:datadog", f"20*{LEAD} 18*25 20"),
            *volume("50*25 - 50"),
        ],
    ),
    Situation(
        "N22 change of the Cluster Agent's leader",
        [
            ("kubernetes.pods.running", C, "500"),
            (f"{KSM}.node.count", C, f"20*{LEAD} -*5 20"),
            *deployment(DEP, f"6*{LEAD} -*5 6", f"6*{LEAD} -*5 6"),
            (f"{KSM}.statefulset.replicas_desired", STS, f"3*{LEAD} -*5 3"),
            (f"{KSM}.statefulset.replicas_ready", STS, f"3*{LEAD} -*5 3"),
            (f"{KSM}.job.completion.failed", f"{C},kube_namespace:shop,kube_job:old", f"1*{LEAD} -*5 1"),
            (f"{KSM}.pod.status_phase", f"{C},kube_namespace:shop,pod_name:x,pod_phase:failed", f"50*{LEAD} -*5 50"),
            *((f"{KSM}.node.status", f"{C},node:n{i},status:schedulable", f"1*{LEAD} -*5 1") for i in range(5)),
        ],
        minutes=120,
    ),
    Situation(
        "N25 and N26: a CronJob runs, an attempt fails and the retry works",
        [
            (f"{KSM}.job.failed", f"{C},kube_namespace:shop,kube_job:nightly-28", f"-*{LEAD} 1"),
            (f"{KSM}.job.completion.succeeded", f"{C},kube_namespace:shop,kube_job:nightly-28", f"-*{LEAD + 20} 1"),
            (f"{KSM}.pod.status_phase", f"{C},kube_namespace:shop,pod_name:n,pod_phase:failed", f"-*{LEAD} 1"),
            (f"{KSM}.pod.status_phase", f"{C},kube_namespace:shop,pod_name:m,pod_phase:succeeded", f"-*{LEAD + 20} 1"),
        ],
        minutes=120,
    ),
    Situation(
        "N27 one container is killed for memory, once",
        [
            ("kubernetes.containers.restarts", pod("a"), f"0*{LEAD} 1"),
            ("kubernetes.containers.last_state.terminated", f"{pod('a')},reason:oomkilled", f"-*{LEAD} 1"),
            *deployment(DEP, "6", f"6*{LEAD} 5 6"),
        ],
        minutes=120,
    ),
    Situation(
        "N29 the registry hiccups, N33 a pod crashes once at start",
        [
            (WAIT, f"{pod('a')},reason:errimagepull", f"-*{LEAD} 1 -"),
            (WAIT, f"{pod('a')},reason:imagepullbackoff", f"-*{LEAD + 1} 1 -"),
            (WAIT, f"{pod('b')},reason:crashloopbackoff", f"-*{LEAD} 1 -"),
            (f"{KSM}.container.waiting", pod("a"), f"-*{LEAD} 1*2 0"),
        ],
    ),
    Situation(
        "N30 a claim waits for its first consumer",
        [(f"{KSM}.persistentvolumeclaim.status", f"{C},kube_namespace:db,persistentvolumeclaim:x,phase:pending", "1")],
        minutes=180,
    ),
    Situation(
        "N37 a certificate is renewed, another is new",
        [
            ("cert_manager.clock_time", C, "1000000000"),
            (
                "cert_manager.certificate.expiration_timestamp",
                f"{C},name:shop,namespace:shop",
                "1002592000*30 1007776000",
            ),
            ("cert_manager.certificate.expiration_timestamp", f"{C},name:new,namespace:shop", "-*20 0*5 1007776000"),
            ("cert_manager.certificate.ready_status", f"{C},name:new,namespace:shop,condition:true", "-*20 0*5 1"),
        ],
        minutes=120,
    ),
    Situation("N38 an HPA whose minimum is its maximum", hpa("3", "3", "3"), minutes=120),
    Situation(
        "N39 a namespace is deleted",
        [
            *deployment(DEP, f"6*{LEAD} -", f"6*{LEAD} -"),
            (f"{KSM}.statefulset.replicas_desired", STS, f"3*{LEAD} -"),
            (f"{KSM}.statefulset.replicas_ready", STS, f"3*{LEAD} -"),
        ],
    ),
    Situation(
        "a busy day: pods that hold room wait, nodes of Auto Mode are well, NXDOMAIN abound",
        [
            (
                f"{KSM}.pod.unschedulable",
                f"{C},kube_namespace:infra,pod_name:o,kube_priority_class:overprovisioning",
                "1",
            ),
            *(
                (f"{KSM}.node.by_condition", node("n1", "true", c), "1")
                for c in ("ready", "kernelready", "networkingready")
            ),
            ("coredns.response_code_count", f"{C},rcode:nxdomain", "40000"),
            ("coredns.response_code_count", f"{C},rcode:noerror", "10000"),
            ("coredns.request_duration.seconds.sum", f"{C},dns-pod:a", "50000..50600*140"),
            ("coredns.request_duration.seconds.count", f"{C},dns-pod:a,upper_bound:none", "9e8..900300000*140"),
            ("coredns.request_duration.seconds.count", f"{C},dns-pod:a,upper_bound:8", "9e8..900300000*140"),
            ("system.net.aws.ec2.conntrack_allowance_exceeded", f"{C},host:i-1,device:eth0", "123456"),
            ("system.net.aws.ec2.pps_allowance_exceeded", f"{C},host:i-1,device:eth0", "9e6"),
            ("system.net.aws.ec2.bw_in_allowance_exceeded", f"{C},host:i-1,device:eth0", "9e6..9000900*140"),
            ("system.net.aws.ec2.bw_out_allowance_exceeded", f"{C},host:i-1,device:eth0", "700"),
            ("kube_apiserver.apiserver_request_total.count", f"{C},code:200", "6000"),
            ("kube_apiserver.apiserver_request_total.count", f"{C},code:500", "6"),
            *volume("91"),
        ],
        minutes=120,
    ),
]

INCIDENTS = [
    Situation(
        "I01 a rollout is stuck",
        [
            *deployment(DEP, "6", "6*20 5"),
            (f"{KSM}.deployment.condition", f"{DEP},condition:progressing,status:false", f"0*{LEAD + 10} 1"),
        ],
        {"eks/workload-rollout-stuck": 16},
    ),
    Situation(
        "I03 an image cannot be pulled",
        [
            (WAIT, f"{pod('n')},reason:errimagepull", f"-*{LEAD} 1 - 1 - - 1 - - - - 1 -"),
            (WAIT, f"{pod('n')},reason:imagepullbackoff", f"-*{LEAD} - 1 - 1 1 - 1 1 1 1 - 1"),
            (f"{KSM}.container.waiting", pod("n"), f"-*{LEAD} 1"),
            *deployment(DEP, "6", "6"),
        ],
        {"eks/pods-imagepull": 12},
    ),
    Situation(
        "I04 a Secret is missing",
        [
            (f"{KSM}.container.waiting", pod("n"), f"-*{LEAD} 1"),
            (WAIT, f"{pod('o')},reason:crashloopbackoff", "1 -*30"),
        ],
        {"eks/pods-config-error": 17},
    ),
    Situation(
        "I05 killed for memory again and again",
        [
            ("kubernetes.containers.restarts", pod("a"), f"0*{LEAD} 1*8 2*8 3*8 4*8 5*8 6"),
            ("kubernetes.containers.last_state.terminated", f"{pod('a')},reason:oomkilled", f"-*{LEAD} 1"),
        ],
        {"eks/pods-oomkilled": 18, "eks/pods-restarts": 26},
    ),
    Situation(
        "a crash loop, with the kubelet's back-off",
        [
            ("kubernetes.containers.restarts", pod("a"), f"0*{LEAD} 2 3 3 4 4 5*5 6*5 7*5 8"),
            (WAIT, f"{pod('a')},reason:crashloopbackoff", f"-*{LEAD} 1*5 - 1*4 - 1*4 - 1"),
        ],
        {"eks/pods-crashloop": 6, "eks/pods-restarts": 6},
    ),
    Situation("I07 a node is lost", lost(1, f"-*{LEAD} 1"), {"eks/node-not-ready": 6}),
    Situation(
        "I11 a zone is cut off",
        lost(7, f"-*{LEAD} 1"),
        {"eks/node-not-ready": 6, "eks/nodes-not-ready": 6},
    ),
    Situation(
        "I08 nodes run out of disk",
        [(f"{KSM}.node.by_condition", node(f"n{i}", "true", "diskpressure"), f"-*{LEAD} 1") for i in range(3)],
        {"eks/node-pressure": 11, "eks/nodes-unwell": 11},
    ),
    Situation(
        "I31 Auto Mode finds a broken interface",
        [(f"{KSM}.node.by_condition", node("n1", "false", "networkingready"), f"-*{LEAD} 1")],
        {"eks/node-readiness": 11},
    ),
    Situation(
        "I09 kube-state-metrics are dead",
        [
            ("kubernetes.pods.running", C, "500"),
            (f"{KSM}.node.count", C, f"20*{LEAD} -"),
            *deployment(DEP, f"6*{LEAD} -", f"6*{LEAD} -"),
            (f"{KSM}.job.completion.failed", f"{C},kube_namespace:shop,kube_job:old", f"1*{LEAD} -"),
        ],
        {"eks/state-heartbeat": 12},
    ),
    Situation(
        "I80 the Agents cannot send",
        [("kubernetes.pods.running", C, f"500*{LEAD} -"), (f"{KSM}.node.count", C, f"20*{LEAD} -")],
        {"eks/agent-heartbeat": 12, "eks/state-heartbeat": 12},
    ),
    Situation(
        "I12 no addresses are left",
        [
            *((WAIT, f"{pod(f'p{i}')},reason:containercreating", f"-*{LEAD + i // 4} 1") for i in range(20)),
            *((f"{KSM}.container.waiting", pod(f"p{i}"), f"-*{LEAD + i // 4} 1") for i in range(20)),
            ("amazon_vpc_cni.no_available_ip_addresses.count", f"{C},host:i-1", f"0*{LEAD} 6"),
        ],
        {"eks/pods-creating-many": 12, "eks/pods-creating": 17, "eks/network-no-addresses": 5},
    ),
    Situation(
        "I13 no room, and nothing adds any",
        [(f"{KSM}.pod.unschedulable", f"{PAY},pod_name:p{i}", f"-*{LEAD} 1") for i in range(4)],
        {"eks/pods-unschedulable": 13},
    ),
    Situation(
        "I15 Karpenter is dead",
        [("karpenter.cluster_state.synced", C, f"1*{LEAD} -")],
        {"eks/karpenter-silent": 12},
    ),
    Situation(
        "I16 nodes do not join",
        [
            (
                "karpenter.operator.nodeclaim.status_condition_count",
                f"{C},type:registered,status:unknown",
                f"-*{LEAD} 1*15 - 1*15 -",
            )
        ],
        {"eks/karpenter-not-joining": 13},
    ),
    Situation(
        "I17 the Cluster Autoscaler finds the cluster unsafe",
        [("kubernetes_cluster_autoscaler.cluster.safe.to.autoscale", C, f"1*{LEAD} 0")],
        {"eks/autoscaler-unsafe": 11},
    ),
    Situation(
        "I19 the metrics API is down",
        [
            *hpa("6", "20", "3", f"0*{LEAD} 1"),
            (
                f"{KSM}.apiservice.condition",
                f"{C},apiservice:v1beta1.metrics.k8s.io,condition:available,status:false",
                f"0*{LEAD} 1",
            ),
        ],
        {"eks/hpa-blind": 11, "eks/hpa-unable": 11},
    ),
    Situation(
        "I20 a volume does not attach",
        [
            (f"{KSM}.statefulset.replicas_desired", STS, "3"),
            (f"{KSM}.statefulset.replicas_ready", STS, f"3*{LEAD} 2"),
            (WAIT, f"{STS},pod_name:mongo-2,reason:containercreating", f"-*{LEAD + 1} 1"),
        ],
        {"eks/workload-statefulset-replicas": 16, "eks/pods-creating": 18},
    ),
    Situation(
        "I21 a volume fills up within hours",
        volume(f"80*{LEAD} 80..97*300 100"),
        {"eks/pvc-filling": 120, "eks/pvc-usage": 180},
        minutes=330,
    ),
    Situation(
        "I21 the full volume takes its pod along",
        volume(f"96*{LEAD} 96*10 -"),
        {"eks/pvc-usage": 0},
    ),
    Situation(
        "I24 connections are dropped",
        [
            (
                "system.net.aws.ec2.conntrack_allowance_exceeded",
                f"{C},host:i-1,device:eth0",
                f"70*{LEAD} 570..20070*40",
            ),
            ("system.net.conntrack.count", f"{C},host:i-1", f"20000*{LEAD} 260000"),
            ("system.net.conntrack.max", f"{C},host:i-1", "262144"),
        ],
        {"eks/node-allowance": 3, "eks/node-conntrack": 6},
    ),
    Situation(
        "a node is asked for more than its type allows",
        [
            ("system.net.aws.ec2.pps_allowance_exceeded", f"{C},host:i-1,device:eth0", "0"),
            ("system.net.aws.ec2.bw_in_allowance_exceeded", f"{C},host:i-1,device:eth0", f"0*{LEAD} 3000..120000*40"),
            ("system.net.aws.ec2.bw_out_allowance_exceeded", f"{C},host:i-1,device:eth0", "40"),
        ],
        {"eks/node-allowance-traffic": 6},
    ),
    Situation(
        "I25 CoreDNS is overloaded",
        [
            ("coredns.response_code_count", f"{C},rcode:noerror,dns-pod:a", "20000"),
            ("coredns.response_code_count", f"{C},rcode:servfail,dns-pod:a", f"-*{LEAD} 3000"),
            ("coredns.request_duration.seconds.sum", f"{C},dns-pod:a", f"5000..5020*{LEAD} 14000..200000*60"),
            ("coredns.request_duration.seconds.count", f"{C},dns-pod:a,upper_bound:none", "9e6..10380000*80"),
        ],
        {"eks/dns-servfail": 5, "eks/dns-latency": 13},
    ),
    Situation(
        "both pods of CoreDNS are gone",
        deployment(COREDNS, "2", f"2*{LEAD} 0"),
        {"eks/workload-deployment-zero": 11, "eks/workload-deployment-replicas": 16},
    ),
    Situation(
        "most pods of a platform's workload are gone",
        deployment(f"{C},kube_namespace:ingress,kube_deployment:nginx", "5", f"5*{LEAD} 2"),
        {"eks/workload-deployment-half": 11, "eks/workload-deployment-replicas": 16},
    ),
    Situation(
        "I27 the API server fails and is slow",
        [
            ("kube_apiserver.apiserver_request_total.count", f"{C},code:200", "6000"),
            ("kube_apiserver.apiserver_request_total.count", f"{C},code:503", f"-*{LEAD} 900"),
            ("kube_apiserver.request_duration_seconds.sum", f"{C},verb:list", f"1000..3400*{LEAD} 16000..500000*60"),
            ("kube_apiserver.request_duration_seconds.count", f"{C},verb:list,upper_bound:none", "9e6..9480000*80"),
            ("kube_apiserver.flowcontrol_rejected_requests_total", f"{C},reason:queue-full", f"-*{LEAD} 60"),
        ],
        {"eks/apiserver-errors": 8, "eks/apiserver-latency": 13, "eks/apiserver-throttled": 7},
    ),
    Situation(
        "I28 an admission webhook is down",
        [(f"{KSM}.deployment.condition", f"{DEP},condition:replicafailure,status:true", f"0*{LEAD} 1")],
        {"eks/workload-pods-refused": 11},
    ),
    Situation(
        "I29 a budget blocks a drain",
        [(f"{KSM}.node.status", f"{C},node:n7,status:unschedulable", f"-*{LEAD} 1")],
        {"eks/node-cordoned": 125},
        minutes=150,
    ),
    Situation(
        "I71 KEDA cannot read its queue",
        [("keda.scaler.detail_errors.count", f"{C},scaledobject:thumbnails,namespace:shop", f"0*{LEAD} 4")],
        {"eks/keda-errors": 5},
    ),
    Situation(
        "I73 and I76: Jobs fail, of a CronJob and of a deploy; what was there already is not news",
        [
            (f"{KSM}.job.completion.failed", f"{C},kube_namespace:shop,kube_job:old-28,kube_cronjob:old", "1"),
            (f"{KSM}.job.completion.failed", f"{C},kube_namespace:shop,kube_job:migrate-v42", f"-*{LEAD} 1"),
        ],
        {"eks/job-failed": 2},
    ),
    Situation(
        "I53 the load balancer answers itself",
        [
            ("aws.applicationelb.httpcode_elb_5xx", "elbv2.k8s.aws/cluster:prod-eu,loadbalancer:app", f"-*{LEAD} 600"),
            ("aws.applicationelb.request_count", "elbv2.k8s.aws/cluster:prod-eu,loadbalancer:app", "600"),
            (
                "aws.applicationelb.healthy_host_count.minimum",
                "elbv2.k8s.aws/cluster:prod-eu,targetgroup:t",
                f"6*{LEAD} 0",
            ),
            (
                "aws.applicationelb.un_healthy_host_count.maximum",
                "elbv2.k8s.aws/cluster:prod-eu,targetgroup:t",
                f"0*{LEAD} 6",
            ),
        ],
        {"eks/alb-errors": 18, "eks/alb-no-target": 21, "eks/alb-unhealthy": 31},
    ),
    Situation(
        "a certificate is not renewed",
        [
            ("cert_manager.clock_time", C, "1000000000"),
            ("cert_manager.certificate.expiration_timestamp", f"{C},name:shop,namespace:shop", "1000172800"),
            ("tls.days_left", f"{C},server:shop.example.com,port:443", "2"),
        ],
        {"eks/certificate-expiry": 1, "eks/certificate-served": 1},
    ),
    Situation(
        "pods do not end",
        [
            (
                "kubernetes.pod.terminating.duration",
                f"{C},kube_namespace:db,kube_stateful_set:mongo,host:i-1",
                "-*20 0..3600*60",
            )
        ],
        {"eks/pods-terminating": 17},
    ),
]


@pytest.mark.parametrize("situation", NORMAL, ids=lambda one: one.name)
def test_normal_life_sets_nothing_off(situation: Situation) -> None:
    assert fired(monitors(), situation) == {}


@pytest.mark.parametrize("situation", INCIDENTS, ids=lambda one: one.name)
def test_an_incident_is_noticed_by_what_is_meant_for_it(situation: Situation) -> None:
    found = fired(monitors(), situation)
    assert found.keys() == situation.told.keys()
    assert {name: minute for name, minute in found.items() if minute > situation.told[name]} == {}
