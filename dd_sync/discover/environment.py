"""A container's environment as Kubernetes would fill it: ConfigMaps, labels and `$(NAME)`; Secrets are never read."""

from __future__ import annotations

import re

from dd_sync.discover.cluster import Cluster
from dd_sync.discover.found import Fact
from dd_sync.discover.tree import Tree, branch, branches, text, texts
from dd_sync.discover.workloads import Workload

Environment = dict[str, Fact]

_VARIABLE = re.compile(r"(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_FIELD = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")


def environment(workload: Workload, around: Cluster) -> Environment:
    """Name → value and source, for example `env DD_SERVICE` or `env DB_HOST (ConfigMap shop)`.

    What only the running cluster knows (Secrets, the pod's address) is left out.
    """
    found: Environment = {}
    for each in branches(workload.container.get("envFrom")):
        source = text(branch(each, "configMapRef").get("name"))
        prefix = text(each.get("prefix")) or ""
        for key, value in _config_map(source, workload, around).items():
            found[prefix + key] = Fact(value, f"env {prefix}{key} (ConfigMap {source})")
    for each in branches(workload.container.get("env")):
        name = text(each.get("name"))
        read = _value(each, workload, around) if name else None
        if name and read:
            value, via = read
            found[name] = Fact(_expanded(value, found), f"env {name}{via}")
    return found


def attributes(setting: Fact | None) -> dict[str, str]:
    """`service.name=cart,service.version=1.4` as a dictionary (OTEL_RESOURCE_ATTRIBUTES)."""
    if setting is None:
        return {}
    pairs = (part.partition("=") for part in setting.value.split(","))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip() and "$(" not in value}


def _value(each: Tree, workload: Workload, around: Cluster) -> tuple[str, str] | None:
    plain = text(each.get("value"))
    if plain is not None:
        return plain, ""
    source = branch(each, "valueFrom")
    key = branch(source, "configMapKeyRef")
    of = text(key.get("name"))
    if of is not None:
        value = _config_map(of, workload, around).get(text(key.get("key")) or "")
        return (value, f" (ConfigMap {of})") if value else None
    return _field(text(branch(source, "fieldRef").get("fieldPath")) or "", workload)


def _field(path: str, workload: Workload) -> tuple[str, str] | None:
    if path == "metadata.namespace":
        return (workload.namespace, " (namespace)") if workload.namespace else None
    match = _FIELD.fullmatch(path)
    if match is None:
        return None
    value = (workload.labels if match[1] == "labels" else workload.annotations).get(match[2])
    return (value, f" ({match[1].removesuffix('s')} {match[2]})") if value else None


def _config_map(name: str | None, workload: Workload, around: Cluster) -> dict[str, str]:
    found = around.named("ConfigMap", name, workload.namespace) if name else None
    return texts(found.body.get("data")) if found else {}


def _expanded(value: str, known: Environment) -> str:
    """Kubernetes' own substitution: `$(NAME)` of a variable defined earlier; an unknown one stays as it is."""
    return _VARIABLE.sub(lambda match: known[match[1]].value if match[1] in known else match[0], value)
