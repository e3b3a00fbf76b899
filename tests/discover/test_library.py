"""A whole application at once: what is found in `library.yaml`, and that damaging it anywhere never ends in a crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.core.errors import DefinitionError
from dd_sync.discover import Found, Hpa, Queue, Volume, discover, entity, lint, read, to_json
from tests.discover.rendered import Stdin

PATH = Path(__file__).with_name("library.yaml")
DISCOVERY = discover(read(PATH))
FOUND: dict[str, Found] = {found.service: found for found in DISCOVERY.services}

# service: kind, runtime, ports, dependencies
EXPECTED: dict[str, tuple[str, str | None, list[int], str]] = {
    "catalogue": ("unknown", "java", [8080], "search otel-collector postgresql flags kafka"),
    "quote": ("http", "php", [8090], ""),
    "lending": ("grpc", "python", [9000, 9001, 9002], "quote catalogue cache-valkey mail.example.net"),
    "reminders": ("worker", "node", [], "kafka"),
    "kafka": ("datastore", None, [9092, 9093], ""),
    "postgresql": ("datastore", None, [5432], ""),
    "cache-valkey": ("datastore", None, [6379], ""),
    "flags": ("unknown", None, [8013], ""),
    "search": ("datastore", None, [9200, 9300], ""),
    "jaeger": ("datastore", None, [4317, 16686], ""),
    "opentelemetry-collector": ("agent", None, [4317], ""),
    "overdue-fines": ("cron", "go", [], ""),
    "migrate": ("job", None, [], ""),
}


def test_every_workload_is_found_in_order_and_the_test_pod_is_not() -> None:
    assert list(FOUND) == list(EXPECTED)
    assert [notice.partition(": ")[2] for notice in DISCOVERY.notices] == [
        "Pod/connection-test is a Helm test, skipped"
    ]


@pytest.mark.parametrize("service", EXPECTED)
def test_a_service_is_what_it_is(service: str) -> None:
    kind, runtime, ports, dependencies = EXPECTED[service]
    found = FOUND[service]
    assert (found.kind, found.runtime, list(found.ports)) == (kind, runtime, ports)
    named = dependencies.replace("otel-collector", "opentelemetry-collector").split()
    assert list(found.dependencies) == named


def test_the_facts_that_alerts_need_are_there() -> None:
    assert FOUND["lending"].kinds == ("grpc", "http")
    assert FOUND["lending"].hpa == Hpa("lending", 2, 8)
    assert (FOUND["lending"].owner, FOUND["lending"].tier) == ("desk", "1")
    assert FOUND["reminders"].queue == Queue("kafka", "loans", "reminders", "ScaledObject/reminders trigger kafka")
    assert FOUND["reminders"].hpa == Hpa("keda-hpa-reminders", 0, 4)
    assert FOUND["reminders"].sidecars == ("istio-proxy",)
    assert FOUND["kafka"].volumes == (Volume("data-kafka-*", "20Gi"),)
    assert FOUND["catalogue"].version == "3.1.0"
    assert FOUND["catalogue"].system == "library"
    assert FOUND["catalogue"].facts["service"].source == "env OTEL_SERVICE_NAME (label app.kubernetes.io/component)"
    assert FOUND["quote"].facts["kind"].source == "called as http:// by Deployment/lending (env QUOTE_ADDR)"
    schedule = FOUND["overdue-fines"].schedule
    assert schedule is not None
    assert schedule.period_s == 86_400


def test_no_password_is_in_anything_that_is_printed() -> None:
    printed = json.dumps(to_json(DISCOVERY)) + "".join(map(entity, DISCOVERY.services))
    assert "hidden" not in printed


def test_the_order_of_the_manifests_changes_only_the_order_of_the_services() -> None:
    manifests = read(PATH)
    backwards = {found.service: found for found in discover(reversed(manifests)).services}
    assert {name: (found.kind, found.runtime, set(found.dependencies)) for name, found in backwards.items()} == {
        name: (found.kind, found.runtime, set(found.dependencies)) for name, found in FOUND.items()
    }


OBJECTS: list[Any] = list(yaml.safe_load_all(PATH.read_text()))


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path into a nested value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


PLACES = list(places(OBJECTS))
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    st.sampled_from(
        ["", " ", "http://", "a:b:c", "[]", "{{ .Values.x }}", "💥", "x" * 5000, [], {}, [None], [[]], {"": None}]
    ),
    st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.none() | st.integers(), max_size=2),
)


def put(value: Any, path: tuple[str | int, ...], new: Any) -> None:
    """Replaces what is at `path`, unless earlier damage took the path away."""
    try:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = new
    except (KeyError, IndexError, TypeError):
        return


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), junk), min_size=1, max_size=6), st.booleans())
def test_damaged_manifests_are_read_or_refused_but_never_a_crash(
    damage: list[tuple[tuple[str | int, ...], Any]], as_list: bool
) -> None:
    objects = copy.deepcopy(OBJECTS)
    for path, new in damage:
        put(objects, path, new)
    whole = {"apiVersion": "v1", "kind": "List", "items": objects}
    try:
        found = discover(read(Stdin(json.dumps(whole) if as_list else yaml.safe_dump_all(objects))))
    except DefinitionError:
        return
    json.dumps(to_json(found))
    for each in found.services:
        assert all(lint(each))
        assert yaml.safe_load(entity(each))["metadata"]["name"] == each.service
