"""What may stand in `ddsync.yaml` and in a service file."""

from __future__ import annotations

from pydantic import BaseModel

from dd_sync.definitions.inventory import Cron, Kubernetes, OtherHandles, Queue, Team
from dd_sync.project.credentials.key_settings import Keys
from dd_sync.project.services import Environment, ServiceSettings
from dd_sync.project.settings import ClusterEntry, MarkNames, MongoDBEntry, Settings, Target
from reference.fields import fields_table

_SETTINGS = """\
# ddsync.yaml

The file at the root of a project. `ddsync schema --out .ddsync/schema` writes a JSON Schema of it, with the numbers
of your own definitions, for editors to complete.
"""

_SERVICE = """\
# Service files

A service file is an entity of Datadog's Software Catalog, version 3. ddsync reads the name and the owner from
`metadata`, the tier, the lifecycle and the languages from `spec`, and all else from `extensions.ddsync`.

Numbers are looked up in one order, and the last one that says something wins: the function's default, `monitors:` in
`ddsync.yaml`, the service's, its environment's.
"""


def settings_page() -> str:
    """`ddsync.yaml`."""
    parts: list[tuple[str, type[BaseModel], tuple[str, ...]]] = [
        ("The file", Settings, ()),
        ("A target", Target, ()),
        ("The keys of a target", Keys, ()),
        ("A team", Team, ("name",)),
        ("A team in one environment or at one priority", OtherHandles, ()),
        ("A cluster", ClusterEntry, ()),
        ("A MongoDB deployment", MongoDBEntry, ()),
        ("The names of the identity's tags", MarkNames, ()),
    ]
    return "\n\n".join([_SETTINGS, *(f"## {title}\n\n{fields_table(m, without=w)}" for title, m, w in parts)]) + "\n"


def service_file_page() -> str:
    """A service's own file."""
    parts: list[tuple[str, type[BaseModel]]] = [
        ("Below extensions.ddsync", ServiceSettings),
        ("An environment", Environment),
        ("Where it runs", Kubernetes),
        ("A queue", Queue),
        ("A schedule", Cron),
    ]
    return "\n\n".join([_SERVICE, *(f"## {title}\n\n{fields_table(model)}" for title, model in parts)]) + "\n"
