"""Datadog on 127.0.0.1: every project's first target, and what ddsync's own tests run against."""

from dd_sync.emulator.emulator import Emulator, Seen
from dd_sync.emulator.faults import Fault
from dd_sync.emulator.serving import RunningEmulator, running, serve

__all__ = ["Emulator", "Fault", "RunningEmulator", "Seen", "running", "serve"]
