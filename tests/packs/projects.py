"""Projects made of a few lines, for tests of the packs: read and built as the command line does it."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dd_sync.core.resource import Desired
from dd_sync.definitions.definition import Level
from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from dd_sync.project.settings import Target

REPOSITORY = Path(__file__).parent.parent.parent

SETTINGS = """
project: acme
packs: [service]
teams:
  shop: {page: "@pagerduty-shop", tell: "@slack-shop"}
"""


def entity(name: str, tier: int = 1, languages: str = "python", **ours: Any) -> dict[str, Any]:
    """A service file's content: `entity("cart", kind="grpc", envs=["prod"])`."""
    return {
        "apiVersion": "v3",
        "kind": "service",
        "metadata": {"name": name, "owner": "shop"},
        "spec": {"tier": str(tier), "languages": [languages]},
        "extensions": {"ddsync": {"envs": ["prod"], **ours}},
    }


def build(
    root: Path, *entities: Mapping[str, Any], settings: str = SETTINGS, level: Level | None = None, target: str = ""
) -> Built:
    """What a project of these services has; `target` names one of the settings' targets, else everything is built."""
    (root / "services").mkdir(exist_ok=True)
    (root / "ddsync.yaml").write_text(textwrap.dedent(settings))
    for one in entities:
        path = root / "services" / f"{one['metadata']['name']}.yaml"
        path.write_text(yaml.safe_dump(dict(one), sort_keys=False))
    project = load_project(root, level=level)
    return project.build(project.settings.targets[target] if target else Target(emulator=":memory:"))


@functools.cache
def repository(level: Level = "full") -> Built:
    """This repository's own project, all environments."""
    project = load_project(REPOSITORY, level=level)
    return project.build(project.settings.targets["local"])


def of_kind(built: Built, kind: str) -> list[Desired]:
    return [one for one in built.desired if one.kind == kind]


def names(built: Built, kind: str = "monitor") -> set[str]:
    """The definitions that made something: `error-rate`."""
    return {one.key.split("/")[1] for one in of_kind(built, kind)}


def only(built: Built, key: str, kind: str = "monitor") -> dict[str, Any]:
    """The payload of one key."""
    (found,) = [one.payload for one in built.desired if (one.kind, one.key) == (kind, key)]
    return found
