"""What definitions are repeated over: clusters, MongoDB deployments, services, and the teams that own them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from dd_sync.core.errors import DefinitionError
from dd_sync.definitions import text

Work = Literal["http", "grpc", "worker", "cron"]
"""What a service does; several may hold."""

Runtime = Literal["python", "node", "java", "go", "dotnet", "ruby", "php"]

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
"""Lower case, digits, dots, dashes, underscores: it becomes part of keys and tags."""


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _handles(value: object) -> object:
    return [value] if isinstance(value, str) else value


Handles = Annotated[Sequence[str], BeforeValidator(_handles)]
"""One handle or several: `@pagerduty-payments`."""


class EnvironmentHandles(_Facts):
    """Handles of a team in one environment, in place of its usual ones."""

    page: Handles | None = None
    tell: Handles | None = None


class Team(_Facts):
    """Who owns things: whom to wake, whom to tell."""

    name: Name
    page: Handles = ()
    tell: Handles = ()
    envs: Mapping[str, EnvironmentHandles] = Field(default_factory=dict)

    @field_validator("page", "tell")
    @classmethod
    def _starts_with_at(cls, handles: Sequence[str]) -> Sequence[str]:
        for handle in handles:
            if not handle.startswith("@"):
                raise ValueError(f"a handle starts with @, as in @slack-payments; got {handle!r}")
        return tuple(handles)


class Entry(_Facts):
    """Base of what a definition can be repeated over."""

    @property
    def key(self) -> str:
        """Its part of a resource's key."""
        raise NotImplementedError

    @property
    def owner(self) -> str:
        """The team's name; empty where nobody in particular owns it."""
        return ""

    @property
    def environment(self) -> str:
        return ""

    def filters(self) -> Sequence[str]:
        """The tags that select it in a query."""
        return ()

    def tags(self) -> Sequence[str]:
        """The tags its objects carry."""
        return [f"env:{self.environment}"] * bool(self.environment) + [f"team:{self.owner}"] * bool(self.owner)

    def scope(self, *filters: str) -> str:
        """The scope of a metric query: its own filters and these."""
        return text.scope(*self.filters(), *filters)

    def over(self, *filters: str) -> str:
        """The scope of a service check."""
        return text.over(*self.filters(), *filters)


class Cluster(Entry):
    """An EKS cluster."""

    name: Name
    env: Name
    team: Name
    region: str | None = None
    components: Sequence[str] = ()
    """What is installed beyond Kubernetes itself: karpenter, cluster-autoscaler, ingress-nginx, external-secrets…"""
    excluded_namespaces: Sequence[str] = ()
    """Namespaces the pack leaves alone: sandboxes, load tests."""

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
        return (f"kube_cluster_name:{self.name}", f"env:{self.env}")

    def has(self, component: str) -> bool:
        """Whether a component is installed, so that its metrics exist."""
        return component in self.components


class MongoDB(Entry):
    """A MongoDB deployment: a replica set or a sharded cluster."""

    name: Name
    env: Name
    team: Name
    hosting: Literal["self-hosted", "atlas"] = "self-hosted"
    members: int = Field(default=3, ge=1)
    """Members of each replica set."""
    sharded: bool = False
    group: str | None = None
    """Atlas: the project's name."""

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
        return (f"clustername:{self.name}", f"env:{self.env}")


class Queue(_Facts):
    """What a worker takes its work from."""

    type: Literal["sqs", "kafka", "rabbitmq"] = "sqs"
    name: str
    dlq: str | None = None
    consumer_group: str | None = None


class Cron(_Facts):
    """A scheduled job."""

    name: str
    period_s: int = Field(gt=0)


class Kubernetes(_Facts):
    """Where a service runs."""

    cluster: str | None = None
    namespace: str | None = None
    workload: str | None = None  # Deployment/cart
    hpa: str | None = None


class Service(Entry):
    """One service in one environment."""

    name: Name
    env: Name
    team: Name
    tier: int = Field(default=3, ge=1, le=4)
    """1 is what the company lives on, 4 what nobody misses for a day."""
    kinds: Sequence[Work] = ()
    runtime: Runtime | None = None
    operation: str | None = None
    """The primary span of its work: `fastapi.request`; trace metrics are named after it."""
    queue: Queue | None = None
    cron: Cron | None = None
    kubernetes: Kubernetes = Kubernetes()
    depends_on: Sequence[str] = ()
    requests_per_minute: float | None = None
    """Usual traffic, where known: small services get slower alerts instead of one page for each failed request."""

    @property
    def key(self) -> str:
        return f"{self.name}/{self.env}"

    @property
    def owner(self) -> str:
        return self.team

    @property
    def environment(self) -> str:
        return self.env

    def filters(self) -> Sequence[str]:
        return (f"service:{self.name}", f"env:{self.env}")

    def tags(self) -> Sequence[str]:
        return [f"service:{self.name}", *super().tags()]

    def does(self, *kinds: Work) -> bool:
        """Whether it does one of these kinds of work."""
        return any(kind in self.kinds for kind in kinds)

    @property
    def op(self) -> str:
        """The primary operation. Raises DefinitionError when the service file does not say and it cannot be told."""
        if self.operation is None:
            raise DefinitionError(
                f"{self.name}: its primary operation is unknown",
                hint="set extensions.ddsync.operation in its service file, for example fastapi.request",
            )
        return self.operation


class WholeService(Entry):
    """One service in all its environments of this target: for a dashboard with an `$env` variable."""

    name: Name
    team: Name
    envs: Sequence[Service]

    @property
    def key(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        return self.team

    def filters(self) -> Sequence[str]:
        return (f"service:{self.name}",)

    def tags(self) -> Sequence[str]:
        return [f"service:{self.name}", *super().tags()]

    def does(self, *kinds: Work) -> bool:
        """Whether it does one of these kinds of work anywhere."""
        return any(service.does(*kinds) for service in self.envs)

    @property
    def op(self) -> str:
        """The primary operation, the same in every environment. Raises DefinitionError when it is unknown."""
        return self.envs[0].op


class Inventory(Entry):
    """Everything of a target at once: for a dashboard of the whole fleet."""

    clusters: Sequence[Cluster] = ()
    mongodb: Sequence[MongoDB] = ()
    services: Sequence[Service] = ()

    @property
    def key(self) -> str:
        return ""
