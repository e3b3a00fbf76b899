"""When a monitor alerts: the one evaluator of alert tests, game days and backtests.

`evaluate(payload, *series)` goes through a monitor minute by minute, as Datadog's documentation says it is evaluated,
and raises NotEvaluated for what nobody outside Datadog can know. Nothing here touches the network or the clock.
"""

from dd_sync.evaluate.alerts import Evaluated, Timeline, evaluate
from dd_sync.evaluate.bands import Band
from dd_sync.evaluate.composite import evaluate_composite
from dd_sync.evaluate.series import NotEvaluated, Series, Value
from dd_sync.evaluate.states import State

__all__ = [
    "Band",
    "Evaluated",
    "NotEvaluated",
    "Series",
    "State",
    "Timeline",
    "Value",
    "evaluate",
    "evaluate_composite",
]
