"""MongoDB: one page per deployment, in the order one reads it when something is wrong; one of who uses it."""

from pkgutil import extend_path

__path__ = extend_path([], __name__)  # a project's own files of this folder stand before the pack's

from .overview import *
from .clients import *
from .self_hosted import *
from .atlas import *
