"""A workload's identity in Datadog: service, env, version, and its owner.

The order is that of Datadog's unified service tagging: pod labels, then `DD_*`, then OpenTelemetry's variables,
then what Kubernetes calls the workload.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from dd_sync.discover.environment import Environment, attributes
from dd_sync.discover.found import Fact
from dd_sync.discover.tree import text, texts
from dd_sync.discover.workloads import Workload, image_tag

UNIFIED = ("env", "service", "version")

_TIER = re.compile(r"(?:tier)?[-_ ]?([0-5])", re.IGNORECASE)
_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES"


def service(workload: Workload, env: Environment) -> Fact:
    """The service's name; the last resort is the workload's own."""
    found = (
        *_unified("service", workload),
        *_settings(env, "DD_SERVICE", "OTEL_SERVICE_NAME"),
        *_attribute(env, "service.name"),
        *_labels(workload, "app.kubernetes.io/name", "app"),
    )
    return next(iter(found), Fact(workload.name, "metadata.name"))


def is_shared(name: Fact) -> bool:
    """Whether the name comes from a label that charts put on several workloads, web and worker alike."""
    return name.source in ("label app.kubernetes.io/name", "label app")


def environment_name(workload: Workload, env: Environment) -> Fact | None:
    """The `env` tag; most charts leave it to the cluster."""
    found = (
        *_unified("env", workload),
        *_settings(env, "DD_ENV"),
        *_attribute(env, "deployment.environment.name"),
        *_attribute(env, "deployment.environment"),
        *_datadog_tags(workload, "env"),
    )
    return next(iter(found), None)


def version(workload: Workload, env: Environment) -> Fact | None:
    """The `version` tag. An image tag without a digit (`latest`, `alpine`) is no version."""
    found = (
        *_unified("version", workload),
        *_settings(env, "DD_VERSION"),
        *_attribute(env, "service.version"),
        *_labels(workload, "app.kubernetes.io/version"),
    )
    tag = image_tag(workload.image or "")
    by_tag = Fact(tag, "image tag") if tag and any(letter.isdigit() for letter in tag) else None
    return next(iter(found), by_tag)


def owner(workload: Workload) -> Fact | None:
    """The team, from labels teams commonly set."""
    found = (
        *_labels(workload, "tags.datadoghq.com/team", "team", "owner", "app.kubernetes.io/team"),
        *_datadog_tags(workload, "team"),
    )
    return next(iter(found), None)


def tier(workload: Workload) -> Fact | None:
    """How much it matters, `0` to `5`; the customary `tier: backend` says something else and is left out."""
    found = (
        *_labels(workload, "tags.datadoghq.com/tier", "tier", "service-tier"),
        *_datadog_tags(workload, "tier"),
    )
    for each in found:
        match = _TIER.fullmatch(each.value)
        if match:
            return Fact(match[1], each.source)
    return None


def system(workload: Workload) -> Fact | None:
    """The application it is a part of."""
    return next(_labels(workload, "app.kubernetes.io/part-of"), None)


def unified_tags(workload: Workload) -> tuple[str, ...]:
    """Which of env, service and version the pods carry as Datadog's own labels."""
    return tuple(tag for tag in UNIFIED if any(_unified(tag, workload)))


def _unified(tag: str, workload: Workload) -> Iterator[Fact]:
    """On the pod, for the pod or for its container; on the workload the label does not reach the pods' telemetry."""
    container = text(workload.container.get("name"))
    for label in (f"tags.datadoghq.com/{tag}", f"tags.datadoghq.com/{container}.{tag}"):
        if label in workload.labels:
            yield Fact(workload.labels[label], f"label {label}")


def _labels(workload: Workload, *names: str) -> Iterator[Fact]:
    for name in names:
        value = workload.labels.get(name) or workload.own_labels.get(name)
        if value:
            yield Fact(value, f"label {name}")


def _settings(env: Environment, *names: str) -> Iterator[Fact]:
    for name in names:
        if name in env and "$(" not in env[name].value:
            yield env[name]


def _attribute(env: Environment, name: str) -> Iterator[Fact]:
    value = attributes(env.get(_ATTRIBUTES)).get(name)
    if value:
        yield Fact(value, f"env {_ATTRIBUTES} ({name})")


def _datadog_tags(workload: Workload, tag: str) -> Iterator[Fact]:
    """`ad.datadoghq.com/tags: '{"team": "checkout"}'`, read by the Agent for every container of the pod."""
    try:
        tags = texts(json.loads(workload.annotations.get("ad.datadoghq.com/tags", "{}")))
    except (ValueError, RecursionError):
        return
    if tag in tags:
        yield Fact(tags[tag], "annotation ad.datadoghq.com/tags")
