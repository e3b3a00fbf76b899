"""Microservices: what their users feel, and what is likely to be behind it.

`core` is what pages: at most six monitors a service, the burn-rate alerts of slos/service.py included. One symptom
pages and causes inform: after a bad deploy the error rate pages; crash loops, restarts and the faulty version are told.
Warnings and recoveries are shares of critical, so that one changed number cannot contradict another.
"""

from pkgutil import extend_path

__path__ = extend_path([], __name__)  # a project's own files of this folder stand before the pack's

from .requests import *
from .latency import *
from .traffic import *
from .pods import *
from .resources import *
from .deploys import *
from .queues import *
from .workers import *
from .cron import *
from .runtimes import *
from .dependencies import *
