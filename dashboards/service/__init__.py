"""Microservices: one page a service, in the order one reads it in an incident.

Is the promise kept, what do users feel, does the work get done, is there room, what lies behind, what does the runtime
say. Every query follows `$env`.
"""

from pkgutil import extend_path

__path__ = extend_path([], __name__)  # a project's own files of this folder stand before the pack's

from .overview import *
from .requests import *
from .work import *
from .room import *
from .behind import *
