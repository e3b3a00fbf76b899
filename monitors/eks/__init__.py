"""EKS: what the platform team must know of a cluster before everybody on it does.

One symptom pages, causes inform: priorities 1 and 2 are what users of the cluster feel and nothing else here reports;
the rest tells why. Levels follow: what pages is core, what informs by day is standard, capacity and cost are full.

Single workloads that a service watches itself are left out of what pages (`Cluster.workloads`), so that a bad deploy of
a service is the service's alert alone; of what is told too, where the service pack is used above `core`
(`Cluster.causes`).
"""

from pkgutil import extend_path

__path__ = extend_path([], __name__)  # a project's own files of this folder stand before the pack's

from .nodes import *
from .capacity import *
from .pods import *
from .workloads import *
from .autoscaling import *
from .nodepools import *
from .volumes import *
from .jobs import *
from .network import *
from .ingress import *
from .control_plane import *
from .cost import *
from .heartbeat import *
