"""All experiments, one after the other, each leaving nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dd_sync.datadog.answers import Formless
from dd_sync.probe.assumption import Experiment, Result, Verdict
from dd_sync.probe.bench import Bench, Unsettled
from dd_sync.probe.of_kind import EXPERIMENTS


def settle(
    bench: Bench, chosen: Iterable[Experiment] = EXPERIMENTS, told: Callable[[Verdict], None] = lambda verdict: None
) -> Sequence[Verdict]:
    """Runs experiments and deletes what each made before the next begins. `told` hears each verdict as it comes."""
    found: list[Verdict] = []
    for one in chosen:
        verdict = _settled(bench, one)
        found.append(verdict)
        told(verdict)
    return found


def _settled(bench: Bench, one: Experiment) -> Verdict:
    before = bench.calls
    try:
        seen = one.run(bench)
        text = seen.text
        result: Result = "unclear" if seen.holds is None else "holds" if seen.holds else "differs"
    except (Unsettled, Formless) as odd:
        result, text = "unclear", str(odd)
    finally:
        bench.clear()
    return Verdict(one.id, one.says, one.bears, result, text, bench.calls - before)
