"""What definitions are repeated over: clusters, MongoDB deployments, services, and the teams that own them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from dd_sync.definitions.entry import Entry as Entry
from dd_sync.definitions.entry import Facts
from dd_sync.definitions.entry import Name as Name
from dd_sync.definitions.service import Cron as Cron
from dd_sync.definitions.service import Kubernetes as Kubernetes
from dd_sync.definitions.service import Queue as Queue
from dd_sync.definitions.service import Runtime as Runtime
from dd_sync.definitions.service import Service as Service
from dd_sync.definitions.service import WholeService as WholeService
from dd_sync.definitions.service import Work as Work


def _handles(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _starting_with_at(handles: Sequence[str]) -> Sequence[str]:
    for handle in handles:
        if not handle.startswith("@"):
            raise ValueError(f"a handle starts with @, as in @slack-payments; got {handle!r}")
    return tuple(handles)


Handles = Annotated[
    Sequence[str],
    BeforeValidator(_handles),
    AfterValidator(_starting_with_at),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One handle or several: `@pagerduty-payments`."""


class OtherHandles(Facts):
    """Handles of a team in one environment, or for one priority, in place of its usual ones; `[]` for none."""

    page: Handles | None = None
    """Whom to wake instead."""
    tell: Handles | None = None
    """Whom to tell instead."""


class Team(Facts):
    """Who owns things: whom to wake, whom to tell."""

    name: Name
    """Its name."""
    page: Handles = ()
    """Whom to wake: `@pagerduty-payments`, or several."""
    tell: Handles = ()
    """Whom to tell: `@slack-payments`, or several."""
    priorities: Mapping[Annotated[int, Field(ge=1, le=5)], OtherHandles] = Field(default_factory=dict)
    """By the alert's priority: `{5: {tell: "@slack-costs"}}`."""
    envs: Mapping[str, OtherHandles] = Field(default_factory=dict)
    """By environment; goes before `priorities`."""
    timezone: str = "UTC"
    """Where it sleeps, `Europe/Berlin`: what counts as an alert at night."""


class Cluster(Entry):
    """An EKS cluster."""

    name: Name
    """Its `kube_cluster_name`."""
    renamed_from: Name | None = None
    """What it was called before: its objects of that name stay, under the new one."""
    env: Name
    """Its environment."""
    team: Name
    """The team that owns it."""
    region: str | None = None
    """Its region at AWS."""
    scoped_by: Sequence[str] = ()
    """Further tags that all its series carry, `env:prod` where the Cluster Agent's own `DD_TAGS` name it. A tag that
    some sender does not send makes what reads it silent."""
    components: Sequence[str] = ()
    """What is installed beyond Kubernetes itself and sends metrics. The pack looks for `karpenter`, `keda`,
    `cluster-autoscaler`, `cert-manager`, `tls`, `alb`, `vpc-cni`, `ena` and `auto-mode`, a project's own definitions
    for what they name."""
    excluded_namespaces: Sequence[str] = ()
    """Namespaces the pack leaves alone: sandboxes, load tests."""
    watched_elsewhere: Sequence[str] = ("service:*",)
    """Tags of the workloads that services watch themselves; what pages about single workloads leaves those out."""
    services_tell: bool | None = None
    """Whether services tell of their own pods; what is told of single workloads then leaves them out too. Unless said,
    so where the service pack is used above `core`."""
    watched_autoscalers: Sequence[str] | None = None
    """HPAs that services watch themselves; unless said, those of the service files where `services_tell`."""
    idle_priorities: Sequence[str] = ("overprovisioning",)
    """Priority classes of pods that only hold room and may wait for it."""
    cloudwatch_delay_s: int = Field(default=900, ge=0)
    """How late metrics from AWS are: 900 by crawler, 300 by CloudWatch Metric Streams."""
    control_plane_metrics: bool = False
    """Whether the Agent scrapes the API server: on EKS that takes an annotation on `default/kubernetes`."""
    coredns_counter_suffix: Literal["", ".count"] = ""
    """`.count` where CoreDNS is scraped by `openmetrics_endpoint`, empty for the Agent's usual `prometheus_url`."""

    @property
    def former_key(self) -> str | None:
        return self.renamed_from

    @property
    def key(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        return self.team

    @property
    def environment(self) -> str:
        return self.env

    def filters(self) -> Sequence[str]:
        return (f"kube_cluster_name:{self.name}", *self.scoped_by)

    def tags(self) -> Sequence[str]:
        return [f"kube_cluster_name:{self.name}", *super().tags()]

    def namespace_tag(self, *filters: str) -> str:
        """The scope of a metric that carries a namespace: less the namespaces the pack leaves alone."""
        return self.scope(*filters, *(f"!kube_namespace:{name}" for name in self.excluded_namespaces))

    def workloads(self, *filters: str) -> str:
        """The scope of what pages about single workloads: less those that services watch themselves."""
        return self.namespace_tag(*filters, *(f"!{tag}" for tag in self.watched_elsewhere))

    def causes(self, *filters: str) -> str:
        """The scope of what is told of single workloads: less those whose services tell it themselves."""
        return self.namespace_tag(*filters) if self.services_tell is False else self.workloads(*filters)

    def waiting(self, *filters: str) -> str:
        """The scope of pods that wait for a place: less those that only hold room."""
        return self.namespace_tag(*filters, *(f"!kube_priority_class:{name}" for name in self.idle_priorities))

    def autoscalers(self, *filters: str) -> str:
        """The scope of HPAs: less those that services watch themselves. HPAs carry no tag of a service."""
        watched = self.watched_autoscalers or ()
        return self.namespace_tag(*filters, *(f"!horizontalpodautoscaler:{name}" for name in watched))

    def has(self, *components: str) -> bool:
        """Whether one of these components is installed, so that its metrics exist."""
        return any(one in self.components for one in components)

    @property
    def grows(self) -> bool:
        """Whether something adds nodes when pods need them."""
        return self.has("karpenter", "cluster-autoscaler", "auto-mode")


class MongoDB(Entry):
    """A MongoDB deployment: a replica set or a sharded cluster."""

    name: Name
    """Its name, and the last part of its keys."""
    renamed_from: Name | None = None
    """What it was called before: its objects of that name stay, under the new one."""
    env: Name
    """Its environment."""
    team: Name
    """The team that owns it."""
    hosting: Literal["self-hosted", "atlas"] = "self-hosted"
    """Who runs it; the metrics differ."""
    members: int = Field(default=3, ge=1)
    """Members of each replica set."""
    sharded: bool = False
    """Whether it is a sharded cluster."""
    group: str | None = None
    """Atlas: the project's name."""
    major_version: int | None = None
    """MongoDB's own: from 7 on tickets are adjusted while it runs, and few of them free is normal."""
    agent_on_host: bool = True
    """Whether the Agent runs beside mongod (`hosts: localhost:27017`), so that CPU is known; self-hosted only."""
    scoped_by: Sequence[str] = ()
    """Further tags that all its series carry, `env:prod` where the Agent's instance names it."""
    replset: str | None = None
    """The replica set's own name, which is all that events of its members carry; self-hosted only."""
    delayed_members: Sequence[str] = ()
    """Members that are behind on purpose, as `host:port`: delayed ones, and hidden ones for backups."""
    connection_limit: int | None = Field(default=None, gt=0)
    """How many connections a member bears: the limit of the Atlas tier, or what the memory of a server of one's own
    allows. No metric tells it."""
    atlas_alerts: bool = False
    """Atlas: whether its own alerts (backups, oplog window, host down) are set to notify Datadog, as events."""

    @property
    def former_key(self) -> str | None:
        return self.renamed_from

    @property
    def key(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        return self.team

    @property
    def environment(self) -> str:
        return self.env

    def filters(self) -> Sequence[str]:
        return (f"clustername:{self.name}", *self.scoped_by)

    def tags(self) -> Sequence[str]:
        return [f"clustername:{self.name}", *super().tags()]

    @property
    def self_hosted(self) -> bool:
        """Whether the Agent's integration reports it; Atlas has metrics and units of its own."""
        return self.hosting == "self-hosted"

    @property
    def replicated(self) -> bool:
        """Whether the Agent's metrics of a replica set exist: a single server has none."""
        return self.self_hosted and self.members > 1


class Inventory(Entry):
    """Everything of a target at once: for a dashboard of the whole fleet."""

    clusters: Sequence[Cluster] = ()
    mongodb: Sequence[MongoDB] = ()
    services: Sequence[Service] = ()

    @property
    def key(self) -> str:
        return ""
