"""The type of a query that was given without one, from how it looks."""

from __future__ import annotations

import re

from dd_sync.query.chain import SOURCE
from dd_sync.query.monitor import starts_like_a_chain
from dd_sync.query.vocabulary import EVENT_SOURCES

_CHECK = re.compile(r"\s*([\"']).*?\1\s*\.(?:over|by|exclude|last)\s*\(", re.DOTALL)
_COMPOSITE = re.compile(r"[\s!(]*(?:\d+|\$\{[a-z]+:[^}]*\})[\s)]*(?:$|&&|\|\|)")
_EVALUATION = re.compile(r"\s*[a-z_]+\s*\(\s*(?:[a-z]+\s*\(\s*)?(?:last|current|next)_")
_COMPARED = re.compile(r"[<>=]=?[^<>={}()]*$")


def guess_type(query: str) -> str:
    """The type Datadog's API would want for this query; "dashboard" for one that compares with nothing.

    A wrong query may be guessed wrongly: whoever knows the type should say it.
    """
    source = SOURCE.match(query.lstrip())
    if source is not None and starts_like_a_chain(query):
        fitting = (type_ for type_, sources in EVENT_SOURCES.items() if source[1] in sources and source[1] != "formula")
        return next(fitting, "query alert")
    if _CHECK.match(query):
        return "service check"
    if _COMPOSITE.match(query):
        return "composite"
    return "query alert" if _EVALUATION.match(query) or _COMPARED.search(query[-60:]) else "dashboard"
