"""EKS: one page per cluster, in the order one reads it when something is wrong."""

from pkgutil import extend_path

__path__ = extend_path([], __name__)  # a project's own files of this folder stand before the pack's

from .overview import *
from .workloads import *
from .nodes import *
from .control_plane import *
from .capacity import *
