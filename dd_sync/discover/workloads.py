"""Workloads in manifests: every object with a pod template, its main container and its sidecars."""

from __future__ import annotations

from dataclasses import dataclass, field

from dd_sync.discover.manifests import Manifest
from dd_sync.discover.tree import Tree, branch, branches, text, texts

# Where each kind keeps its pod template; a Pod is its own.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "DeploymentConfig": ("spec", "template"),
    "Rollout": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "ScaledJob": ("spec", "jobTargetRef", "template"),
    "Pod": (),
}

_SIDECARS = frozenset(
    "istio-proxy linkerd-proxy envoy envoy-sidecar cloud-sql-proxy cloudsql-proxy vault-agent datadog-agent "
    "fluent-bit fluentbit fluentd filebeat promtail daprd otc-container otel-agent otel-collector jaeger-agent "
    "config-reloader oauth2-proxy kube-rbac-proxy aws-xray-daemon xray-daemon".split()
)


@dataclass(frozen=True)
class Workload:
    """A pod template and who owns it. Two are equal when they are the same object."""

    manifest: Manifest = field(repr=False, compare=False)
    kind: str
    name: str
    namespace: str | None
    labels: dict[str, str] = field(repr=False, compare=False)
    own_labels: dict[str, str] = field(repr=False, compare=False)
    annotations: dict[str, str] = field(repr=False, compare=False)
    pod: Tree = field(repr=False, compare=False)
    container: Tree = field(repr=False, compare=False)
    sidecars: tuple[Tree, ...] = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def spec(self) -> Tree:
        return branch(self.manifest.body, "spec")

    @property
    def image(self) -> str | None:
        return text(self.container.get("image"))


def workload(manifest: Manifest) -> Workload | None:
    """The workload of an object, None for objects of other kinds and for what a controller made itself.

    Pods of a ReplicaSet and Jobs of a CronJob are left out: `kubectl get all` lists them beside their owners.
    """
    path = TEMPLATES.get(manifest.kind)
    metadata = branch(manifest.body, "metadata")
    if path is None or branches(metadata.get("ownerReferences")):
        return None
    template = branch(manifest.body, *path)
    pod = branch(template, "spec")
    containers = branches(pod.get("containers"))
    main = _main(containers, texts(branch(template, "metadata").get("annotations")))
    if not pod:
        return None
    return Workload(
        manifest=manifest,
        kind=manifest.kind,
        name=manifest.name,
        namespace=manifest.namespace,
        labels=texts(branch(template, "metadata").get("labels")),
        own_labels=texts(metadata.get("labels")),
        annotations=texts(metadata.get("annotations")) | texts(branch(template, "metadata").get("annotations")),
        pod=pod,
        container=main,
        sidecars=tuple(each for each in containers if each is not main),
    )


def image_path(image: str) -> str:
    """`ghcr.io:443/acme/cart:1.4@sha256:…` → `ghcr.io:443/acme/cart`."""
    return image.partition("@")[0].removesuffix(f":{tag}" if (tag := image_tag(image)) else "")


def image_tag(image: str) -> str | None:
    """The tag, None where there is none; a registry's port is no tag."""
    last = image.partition("@")[0].rpartition("/")[2]
    return last.partition(":")[2] or None


def _main(containers: list[Tree], annotations: dict[str, str]) -> Tree:
    """The container the pod is about: the annotated default, else the first that is no known sidecar."""
    chosen = annotations.get("kubectl.kubernetes.io/default-container")
    for each in containers:
        if chosen is not None and text(each.get("name")) == chosen:
            return each
    own = [each for each in containers if not _is_sidecar(each)]
    return (own or containers or [{}])[0]


def _is_sidecar(container: Tree) -> bool:
    name = text(container.get("name")) or ""
    image = image_path(text(container.get("image")) or "").rpartition("/")[2]
    return name in _SIDECARS or image in _SIDECARS or name.endswith("-exporter") or image.endswith("-exporter")
