"""Ours and a plain evaluator over raw points say the same: on seeded monitors over series of all kinds, and on real
series that are kept outside the project."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dd_sync.evaluate import Evaluated, NotEvaluated, Series, evaluate
from tests.corpus.recordings import FOLDER, needs_recordings
from tests.evaluate import plain
from tests.evaluate.plain import Rule, Source, Term

KINDS = ("steady", "noise", "wave", "spikes", "gaps", "every five", "late", "ends", "zeros", "steps")


def made_up(random: random.Random, kind: str, length: int) -> dict[int, float]:
    """A series of some kind, by minute."""
    level = random.choice([1.0, 10.0, 250.0])
    values = [level * random.random() for _ in range(length)]
    match kind:
        case "steady":
            values = [level] * length
        case "wave":
            values = [level * (1 + (minute % 120) / 120) + random.random() for minute in range(length)]
        case "spikes":
            values = [level * (10 if random.random() < 0.03 else 1) for _ in range(length)]
        case "zeros":
            values = [float(random.random() < 0.1) for _ in range(length)]
        case "steps":
            values = [level * (1 + minute // 50 % 3) for minute in range(length)]
    digits = random.choice([0, 1, 6])
    points = {minute: round(value, digits) for minute, value in enumerate(values)}
    match kind:
        case "gaps":
            start, stop = random.randrange(length), random.randrange(length)
            return {m: v for m, v in points.items() if not start <= m < stop and random.random() > 0.1}
        case "every five":
            return {m: v for m, v in points.items() if m % 5 == 2}
        case "late":
            return {m: v for m, v in points.items() if m > length // 3}
        case "ends":
            return {m: v for m, v in points.items() if m < length // 2}
    return points


def made_up_terms(random: random.Random) -> tuple[Term, ...]:
    by = random.choice(["", "", "host"])
    count = random.random() < 0.3
    plain_gauge = not count and random.random() < 0.7
    rollup = None
    if not count and not plain_gauge:
        rollup = (random.choice(["avg", "max", "min", "sum"]), random.choice([2, 5, 10]))
    fill = None
    if plain_gauge and random.random() < 0.2:
        fill = (random.choice(["last", "zero", "null", "linear"]), random.choice([2, 5, 15]))
    zero = random.random() < 0.15 and not rollup
    first = Term("a", random.choice(["avg", "sum", "min", "max"]), by, count, rollup, fill, zero)
    if random.random() > 0.35:
        return (first,)
    shift = random.choice([0, 0, 30]) if plain_gauge else 0
    return first, replace(first, metric="b", by=by if random.random() < 0.8 else "", shift=shift, zero=False)


def made_up_rule(random: random.Random) -> Rule:
    terms = made_up_terms(random)
    count, rollup, by = terms[0].count, terms[0].rollup, terms[0].by
    above = random.random() < 0.5
    level = random.choice([0, 0.5, 1, 5, 10, 100, 250])
    gap = random.choice([0.5, 2, 10]) * (-1 if above else 1)
    zero = terms[0].zero
    change = ""
    if random.random() < 0.12 and not (count or rollup or zero):
        change = random.choice(["change", "pct_change"])
    warned = random.random() < 0.4
    no_data = random.choice([0, 10, 60]) if random.random() < 0.12 and not change else None
    missing = random.choice(["default"] * 3 + ["show_no_data", "show_and_notify_no_data", "resolve"])
    return Rule(
        time="sum" if count else random.choice(["avg", "sum", "min", "max"]),
        window=random.choice([1, 5, 10, 15, 30, 60, 120, 240]),
        terms=terms,
        comparison=random.choice([">", ">="] if above else ["<", "<="]),
        critical=level,
        operator=random.choice("+-*/"),
        factor=random.choice([1, 1, 100]),
        change=change,
        change_minutes=random.choice([5, 30, 60]) if change else 0,
        warning=level + gap if warned else None,
        critical_recovery=level + gap / 2 if random.random() < 0.4 else None,
        warning_recovery=level + gap * 2 if warned and random.random() < 0.5 else None,
        delay=random.choice([0, 0, 1, 15]),
        missing=missing if no_data is None else "default",
        full=random.random() < 0.1 and not rollup and not zero,
        new_group=random.choice([0, 1, 5]) if by else 0,
        no_data=no_data,
        timeout=1 if random.random() < 0.1 else 0,
    )


def made_up_sources(random: random.Random, length: int) -> list[Source]:
    sources = []
    for metric in "ab":
        for number in range(random.choice([1, 1, 2, 3])):
            points = made_up(random, random.choice(KINDS), length)
            if points:
                tags = {"host": random.choice("xyz")} if random.random() < 0.95 else {}
                sources.append(Source(metric, points, {**tags, "n": str(number)}))
    return sources


@dataclass
class Tally:
    """Alerts of both, counted."""

    plain: int = 0
    same: int = 0
    ours: int = 0
    refused: list[str] = field(default_factory=list)
    minutes: int = 0
    minutes_same: int = 0

    def add(self, expected: Sequence[str], found: Sequence[str]) -> None:
        one, other = plain.alerts(expected), plain.alerts(found)
        self.plain += len(one)
        self.ours += len(other)
        self.same += len(set(one) & set(other))
        self.minutes += len(expected)
        self.minutes_same += sum(a == b for a, b in zip(expected, found, strict=True))


def ours(rule: Rule, sources: Sequence[Source], length: int) -> Evaluated:
    series = [Series(one.metric, [one.points.get(m) for m in range(length)], dict(one.tags)) for one in sources]
    return evaluate(rule.payload(), *series, until=length)


def compare(rule: Rule, sources: Sequence[Source], length: int, tally: Tally) -> None:
    try:
        found = ours(rule, sources, length)
    except NotEvaluated as reason:
        tally.refused.append(reason.message)
        return
    by_group = {"".join(one.group.values()): one for one in found.groups}
    for group in plain.groups_of(rule, sources):
        expected = plain.states(rule, group, sources, length)
        assert (expected is None) == (group not in by_group), (rule.payload(), group)
        if expected is not None:
            tally.add(expected, by_group.pop(group).states)
    assert not by_group, rule.payload()


SEEDS = int(os.environ.get("DDSYNC_MONITORS", "150"))
"""The release looks at 1,000."""


def test_seeded_monitors_over_series_of_all_kinds_are_as_the_plain_evaluator_has_them() -> None:
    tally = Tally()
    for seed in range(SEEDS):
        source = random.Random(seed)
        length = source.choice([120, 300])
        compare(made_up_rule(source), made_up_sources(source, length), length, tally)
    assert tally.plain > SEEDS / 3
    assert len(tally.refused) < SEEDS / 10
    assert all("interpolation of a gap" in reason for reason in tally.refused)
    assert tally.same >= 0.99 * tally.plain
    assert tally.ours <= 1.01 * tally.plain
    assert tally.minutes_same >= 0.999 * tally.minutes


@pytest.mark.parametrize(
    "query",
    [
        "avg(last_4h):anomalies(avg:a{*}, 'agile', 2) >= 1",
        "max(next_1w):forecast(avg:a{*}, 'linear', 1) > 1",
        "avg(last_30m):outliers(avg:a{*} by {host}, 'DBSCAN', 2) > 0",
        "avg(last_5m):ewma_5(avg:a{*}) > 1",
        "max(last_5m):sum:a{*}.as_count() > 1",
        "sum(last_1w):avg:a{*} > 1",
    ],
)
def test_a_kind_that_is_refused_never_shows_a_number(query: str) -> None:
    source = random.Random(query)
    for _ in range(20):
        series = [Series("a", list(made_up(source, kind, 60).values()), {"host": "x"}) for kind in KINDS]
        with pytest.raises(NotEvaluated):
            evaluate({"type": "query alert", "query": query}, *series, until=60)


def real_series() -> Iterator[tuple[str, dict[int, float]]]:
    for path in sorted((Path(FOLDER) / "series").glob("*.csv")):
        with path.open() as file:
            rows = [(int(row[0]), float(row[1])) for row in csv.reader(file)]
        yield path.stem, {(time - rows[0][0]) // 60: value for time, value in rows}


@needs_recordings
@pytest.mark.corpus
def test_real_series_alert_at_the_minutes_the_plain_evaluator_gives() -> None:
    source, tally = random.Random(15), Tally()
    for _, points in real_series():
        length = min(max(points), 2 * 1440)
        kept = {minute: value for minute, value in points.items() if minute < length}
        levels = sorted(kept.values())
        for time in ("avg", "sum", "min", "max"):
            above = source.random() < 0.5
            place = source.choice([0.8, 0.9, 0.97] if above else [0.2, 0.1, 0.03])
            level = levels[int(place * (len(levels) - 1))]
            window = source.choice([10, 15, 30, 60, 120, 240])
            level = level * (window / 5 if time == "sum" else 1)
            away = abs(level) * 0.1 * (-1 if above else 1)
            recovery = level + away if source.random() < 0.5 else None
            comparison = source.choice([">", ">="] if above else ["<", "<="])
            rule = Rule(time, window, (Term("real"),), comparison, level, critical_recovery=recovery)
            compare(rule, [Source("real", kept)], length, tally)
    assert tally.plain > 100
    assert tally.same >= 0.99 * tally.plain
    assert tally.ours <= 1.01 * tally.plain
