"""From values to states: when a group starts to alert, what keeps it alerting, and its state without data.

Everything is computed for all evaluations of a group at once. A state is a latch: the last evaluation that decided
anything decides, those that decide nothing (a value between threshold and recovery, missing data that keeps the state)
leave it as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dd_sync.evaluate.grid import Floats, Integers
from dd_sync.evaluate.rules import Flags, Rules
from dd_sync.evaluate.series import NotEvaluated

State = Literal["ok", "warn", "alert", "no data"]

STATES: tuple[State, ...] = ("ok", "warn", "alert", "no data")
"""By their number in an array of states."""

OK, WARN, ALERT, NO_DATA = range(4)


@dataclass(frozen=True)
class Sight:
    """What the evaluations of one group saw."""

    values: Floats
    """NaN for none."""
    minutes: Integers
    """When each was, in minutes."""
    every: int
    """Minutes from one to the next."""
    first: int
    """The place of the first that knows the group; it is new where that is not the first of all."""
    reported: Flags | None = None
    """Whether anything came within the timeframe of NO DATA; None where there is none."""
    full: Flags | None = None
    """Whether its window was full; None where that does not matter."""
    calm: Floats | None = None
    """The values that recovery is told by, where they are others."""


def states_of(sight: Sight, rules: Rules) -> tuple[npt.NDArray[np.int8], Floats]:
    """The state at each evaluation, and its values, missing counts being zero."""
    values, nothing = sight.values, np.zeros(len(sight.values), dtype=np.bool_)
    known = np.arange(len(values)) >= sight.first
    missing = known & np.isnan(values)
    silence = _run(missing) * sight.every
    if rules.kept and bool((silence > rules.kept).any()):
        raise NotEvaluated("a group that is forgotten (group_retention_duration)")
    gone = (silence > rules.leaves) & missing if rules.leaves else nothing
    waits = ~known | _waiting(known & ~gone, sight, rules)
    if sight.full is not None:
        waits = waits | (~sight.full & ~np.isnan(values))
    if rules.missing == "zero":
        values = np.where(missing & ~gone & ~waits, 0.0, values)
    present = ~np.isnan(values) & ~waits
    silent = nothing if sight.reported is None else ~sight.reported
    lost, resolved = _missed(missing & ~waits & ~present & ~gone, silent, silence, rules)
    resolved |= gone
    calm = values if sight.calm is None else sight.calm
    alert = _latch(*_alerting(values, calm, present, rules), lost | resolved)
    warn = _latch(*_warning(values, calm, present, alert, rules), lost | resolved)
    states = np.where(alert, ALERT, np.where(warn, WARN, OK))
    states = np.where(_latch(lost, present | resolved, None), NO_DATA, states)
    return states.astype(np.int8), values


def _run(flags: Flags) -> Integers:
    """How many in a row are set, up to and with each."""
    places = np.arange(1, len(flags) + 1)
    return places - np.maximum.accumulate(np.where(flags, 0, places))


def _waiting(there: Flags, sight: Sight, rules: Rules) -> Flags:
    """Where a group is so new that it is left alone."""
    begins = there & ~np.concatenate(([False], there[:-1]))
    begins[:1] = False
    if not rules.new_group or not bool(begins.any()):
        return np.zeros(len(there), dtype=np.bool_)
    since = np.maximum.accumulate(np.where(begins, sight.minutes, np.iinfo(np.int64).min // 2))
    return there & (sight.minutes - since < rules.new_group)


def _missed(missing: Flags, silent: Flags, silence: Integers, rules: Rules) -> tuple[Flags, Flags]:
    """Which evaluations without a value show NO DATA, and which resolve; the others keep the state."""
    resolved = missing & (silence >= rules.resolves) if rules.resolves else np.zeros(len(missing), dtype=np.bool_)
    lost = missing & silent & ~resolved
    rest = missing & ~silent & ~resolved
    if rules.missing == "resolve":
        resolved = resolved | rest
    elif rules.missing in ("show_no_data", "show_and_notify_no_data"):
        lost = lost | rest
    return lost, resolved


def _alerting(values: Floats, calm: Floats, present: Flags, rules: Rules) -> tuple[Flags, Flags]:
    """Where an alert is entered, and where it is left."""
    with np.errstate(invalid="ignore"):
        enters = present & rules.reaches(values, rules.critical)
        return enters, present & ~enters & ~rules.holds(calm, rules.critical)


def _warning(values: Floats, calm: Floats, present: Flags, alert: Flags, rules: Rules) -> tuple[Flags, Flags]:
    """Where a warning is entered, from below or from an alert, and where it is left."""
    if rules.warning is None:
        return np.zeros(len(values), dtype=np.bool_), present
    with np.errstate(invalid="ignore"):
        enters = present & (alert | rules.reaches(values, rules.warning))
        return enters, present & ~enters & ~rules.holds(calm, rules.warning)


def _latch(enters: Flags, leaves: Flags, clears: Flags | None) -> Flags:
    """What was decided last: entered, or left and cleared."""
    places = np.arange(1, len(enters) + 1)
    out = leaves if clears is None else leaves | clears
    return np.maximum.accumulate(np.where(enters, places, 0)) > np.maximum.accumulate(
        np.where(out & ~enters, places, 0)
    )
