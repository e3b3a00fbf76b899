"""A live SLO as `SLO(…)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.core.references import Ref
from dd_sync.importing.written import Written
from dd_sync.kinds.slo import SLO, derived_query


def spellings(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    """The SLO in each way of counting that it could have been written in, the older spelling first."""
    thresholds = normal.get("thresholds") or [{}]
    arguments = {
        "name": normal.get("name"),
        "description": normal.get("description", ""),
        **{name: thresholds[0][name] for name in ("target", "warning") if name in thresholds[0]},
        **{name: normal[name] for name in ("timeframe", "groups", "tags") if name in normal},
    }
    if arguments.get("timeframe") == SLO.model_fields["timeframe"].default:
        del arguments["timeframe"]
    if _is_older(live):
        query = live["query"]
        yield Written(SLO, {**arguments, "numerator": query.get("numerator"), "denominator": query.get("denominator")})
    if normal.get("sli_specification"):
        yield Written(SLO, {**arguments, "sli_specification": normal["sli_specification"]})
    if normal.get("monitor_ids"):
        yield Written(SLO, {**arguments, "monitors": [_reference(one) for one in normal["monitor_ids"]]})


def _is_older(live: Payload) -> bool:
    """Whether a metric SLO was written in the older spelling, which Datadog shows in the newer one too."""
    count, query = (live.get("sli_specification") or {}).get("count"), live.get("query")
    return query is not None and bool(query) and (count is None or _spells_only(count, query))


def _spells_only(count: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    """Whether the newer spelling of a metric SLO is the one that Datadog makes of the older: queries called query1,
    query2…, and every sum in parentheses (seen in recordings)."""
    names = [one.get("name") for one in count.get("queries") or ()]
    formulas = [str((count.get(f"{part}_events_formula") or {}).get("formula")) for part in ("good", "total")]
    usual = names == [f"query{n}" for n in range(1, len(names) + 1)] and not count.get("bad_events_formula")
    made = usual and all(re.fullmatch(r"\w+|\(.*\)", formula) for formula in formulas)
    return made and all(_bare(text) == _bare(query.get(name)) for name, text in derived_query(count).items())


def _bare(text: Any) -> str:
    return re.sub(r"[\s()]", "", str(text))


def _reference(one: Any) -> Any:
    """`${monitor:key}` as a reference; an id stays one."""
    if not isinstance(one, str):
        return one
    kind, _, key = one.removeprefix("${").removesuffix("}").partition(":")
    return Ref[Any](kind, key)


def verbatim(normal: Mapping[str, Any], live: Payload) -> dict[str, Any]:
    """What `from_api` is given: in the older spelling where that is how the SLO was written."""
    if "sli_specification" not in normal or not _is_older(live):
        return dict(normal)
    whole = {name: value for name, value in normal.items() if name != "sli_specification"}
    return {**whole, "query": live["query"]}
