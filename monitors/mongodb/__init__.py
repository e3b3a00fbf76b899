"""MongoDB: what the owner of a deployment must know before its users do.

Servers of one's own are measured by the Agent, Atlas by its integration: other metrics, other units, the same
questions. One symptom pages, causes inform: a deployment that cannot be reached, takes no writes, is slow, lags or
runs full pages; cache, tickets, queues and members tell why. Levels follow: what pages is core, what informs by day
is standard, habits of clients are full.
"""

from pkgutil import extend_path

__path__ = extend_path([], __name__)  # a project's own files of this folder stand before the pack's

from .members import *
from .replication import *
from .resources import *
from .latency import *
from .storage_engine import *
from .operations import *
from .atlas_members import *
from .atlas_resources import *
from .atlas_operations import *
