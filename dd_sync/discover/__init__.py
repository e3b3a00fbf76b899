"""From rendered Kubernetes manifests to services: what runs, what it is, and the source of each fact.

::

    discovery = discover(read(Path("rendered/")))
    for found in discovery.services:
        print(found.service, found.kind, found.facts["kind"].source)
"""

from dd_sync.discover.as_json import to_json
from dd_sync.discover.as_text import summary, to_text, unknown
from dd_sync.discover.discovery import discover
from dd_sync.discover.entity import entity
from dd_sync.discover.found import Discovery, Fact, Found, Hpa, Queue, Schedule, Volume
from dd_sync.discover.lint import lint
from dd_sync.discover.manifests import Manifest, read

__all__ = [
    "Discovery",
    "Fact",
    "Found",
    "Hpa",
    "Manifest",
    "Queue",
    "Schedule",
    "Volume",
    "discover",
    "entity",
    "lint",
    "read",
    "summary",
    "to_json",
    "to_text",
    "unknown",
]
