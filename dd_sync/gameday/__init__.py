"""Game days: incidents and normal life played against a project's alerts in a simulated world.

A file `gameday/*.py` of a project adds situations of its own:

    from dd_sync.gameday import Service, situation

    @situation(expects="paged", within=10, lasts=30)
    def checkout_down(service: Service) -> None:
        \"\"\"Every second request fails.\"\"\"
        service.requests.errors.set(0.5, 0, 30)
"""

from __future__ import annotations

from dd_sync.gameday.atlas import Atlas as Atlas
from dd_sync.gameday.cluster import Cluster as Cluster
from dd_sync.gameday.mongodb import MongoDB as MongoDB
from dd_sync.gameday.service import Service as Service
from dd_sync.gameday.situation import incident as incident
from dd_sync.gameday.situation import normal as normal
from dd_sync.gameday.situation import situation as situation
from dd_sync.gameday.world import World as World
