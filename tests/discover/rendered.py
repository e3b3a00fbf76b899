"""Manifests as a chart would render them, small and our own, and the way from text to what was found."""

from __future__ import annotations

import io
import textwrap
from typing import Any

import yaml

from dd_sync.discover import Discovery, Found, Manifest, discover, read


class Stdin(io.StringIO):
    """Text with a name, as standard input has one."""

    name = "<stdin>"


def manifests(text: str) -> list[Manifest]:
    return read(Stdin(textwrap.dedent(text)))


def discovered(*objects: dict[str, Any] | str) -> Discovery:
    """What is found in objects, given as dictionaries or as YAML."""
    texts = [each if isinstance(each, str) else yaml.safe_dump(each) for each in objects]
    return discover(manifests("\n---\n".join(textwrap.dedent(each) for each in texts)))


def by_name(*objects: dict[str, Any] | str) -> dict[str, Found]:
    return {found.service: found for found in discovered(*objects).services}


def only(*objects: dict[str, Any] | str) -> Found:
    (found,) = discovered(*objects).services
    return found


def deployment(
    name: str = "cart",
    *,
    kind: str = "Deployment",
    image: str = "registry.example/shop/app:1.4.2",
    namespace: str | None = None,
    labels: dict[str, Any] | None = None,
    annotations: dict[str, Any] | None = None,
    ports: list[int | dict[str, Any]] | None = None,
    env: dict[str, str] | None = None,
    spec: dict[str, Any] | None = None,
    **container: Any,
) -> dict[str, Any]:
    """A workload with one container; other keywords are the container's fields (`readinessProbe={…}`)."""
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    main: dict[str, Any] = {"name": "main", "image": image, **container}
    if ports:
        main["ports"] = [{"containerPort": each} if isinstance(each, int) else each for each in ports]
    if env:
        main["env"] = [{"name": key, "value": value} for key, value in env.items()]
    pod = {
        "metadata": {"labels": {"run": name} if labels is None else labels, "annotations": annotations or {}},
        "spec": {"containers": [main]},
    }
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {"template": pod, **(spec or {})}}


def service(
    name: str = "cart",
    *ports: int | dict[str, Any],
    selector: dict[str, str] | None = None,
    namespace: str | None = None,
    **spec: Any,
) -> dict[str, Any]:
    """A Service that leads to the workload of the same name unless told otherwise."""
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    listed = [{"port": each} if isinstance(each, int) else each for each in ports or (80,)]
    body = {"selector": {"run": name} if selector is None else selector, "ports": listed, **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": body}
