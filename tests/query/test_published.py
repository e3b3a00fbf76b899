"""Queries as Datadog's docs describe them, every language: read, printed, explained, and nothing wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dd_sync.query.explain import explain
from dd_sync.query.guess import guess_type
from dd_sync.query.parse import TYPES, parse
from dd_sync.query.printer import render
from dd_sync.query.tree import Unparsed
from dd_sync.rules import check_query
from tests.query.test_parse import check_places

_FOLDER = Path(__file__).parent / "published"


def published() -> Iterator[tuple[str, str]]:
    """(query, type) of every line of the files."""
    for file in sorted(_FOLDER.glob("*.txt")):
        type_ = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                type_ = line.removeprefix("## ").partition(" | ")[0]
            elif line and not line.startswith("# "):
                yield line.replace("⏎", "\n"), type_


def test_there_are_queries_of_every_type() -> None:
    found = list(published())
    assert len(found) > 400
    unpublished = {"metric alert", "deployments alert"}  # another name of one, and one too new to be published
    assert {type_ for _, type_ in found} == set(TYPES) - unpublished


def test_each_is_read_and_printing_it_is_the_identity() -> None:
    for query, type_ in published():
        tree = parse(query, type_)
        assert str(tree) == query
        assert parse(render(tree), type_) == tree
        assert isinstance(tree.body, Unparsed) == (type_ == "synthetics alert")
        check_places(query, tree.body)


def test_each_has_words_that_name_no_part_of_the_grammar() -> None:
    for query, type_ in published():
        words = explain(parse(query, type_))
        assert words.endswith("."), query
        assert not any(name in words for name in ("start=", "Metric(", "Chain(", "None")), query


def test_nothing_is_wrong_with_any_but_one_whose_threshold_datadogs_docs_have_forbidden_since() -> None:
    wrong = {
        (f.rule, query[f.start : f.end])
        for query, type_ in published()
        for f in check_query(query, type_)
        if f.severity == "error"
    }
    assert wrong == {("threshold-zero", ".05")}


def test_each_is_of_the_language_it_is_guessed_to_be() -> None:
    for query, type_ in published():
        if type_ not in ("formula", "synthetics alert"):
            assert type(parse(query, guess_type(query)).body) is type(parse(query, type_).body), query
