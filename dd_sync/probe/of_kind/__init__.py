"""Experiments on objects of each kind."""

from __future__ import annotations

from dd_sync.probe.assumption import Experiment
from dd_sync.probe.of_kind import monitors, others

EXPERIMENTS: tuple[Experiment, ...] = (*monitors.EXPERIMENTS, *others.EXPERIMENTS)
"""Every assumption, with what settles it."""

USED = ("monitor", "slo", "dashboard", "downtime", "notification-rule")
"""The kinds that experiments make objects of."""
