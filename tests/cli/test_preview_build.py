"""The working tree, built apart from the process that shows it."""

from __future__ import annotations

import os

import pytest

from dd_sync.runs.preview_build import Broken, Build, build
from tests.workbench import Workbench

SERVICE = """\
apiVersion: v3
kind: service
metadata: {name: payments, owner: platform}
spec: {type: http}
extensions: {ddsync: {kind: http, operation: http.request, envs: [prod, staging]}}
"""

DEFINITIONS = '''
from dd_sync import Dashboard, Monitor, Service, WholeService, define

@define
def errors(service: Service) -> Monitor:
    """Errors."""
    return Monitor(name="{service.name} {service.env}", query=f"avg(last_5m):sum:x{service.scope()} > 5")

@define
def once() -> Monitor:
    """Once."""
    return Monitor(name="Once", query="avg(last_5m):sum:x{*} > 5")
'''


def built(bench: Workbench, *, live: bool = False) -> Build:
    made = build(bench.root, None, live=live)
    assert isinstance(made, Build), made
    return made


def test_a_build_is_a_plan_against_nothing_with_what_each_object_is_for(bench: Workbench) -> None:
    bench.write("services/payments.yaml", SERVICE)
    bench.write("monitors/service.py", DEFINITIONS)
    made = built(bench)
    assert {change.action for change in made.plan.changes} == {"create"}
    assert {(one.group, one.name, one.team): len(one.objects) for one in made.branches} == {
        ("Clusters", "prod-eu-1", "platform"): 1,
        ("Services", "payments", "platform"): 2,
        ("Everything else", "service", ""): 1,
    }
    assert made.pagers == {"@pagerduty-platform"}


def test_what_definitions_print_does_not_disturb_it(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "print('{')\n" + (bench.root / "monitors/eks.py").read_text())
    assert len(built(bench).plan.changes) == 1


def test_a_mistake_is_told_with_its_place(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "from dd_sync import define\n\n@define\ndef broken(:\n")
    made = build(bench.root, None, live=False)
    assert isinstance(made, Broken)
    assert made.message.startswith("monitors/eks.py:4:")


def test_a_process_that_dies_is_told_too(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "import os\nos._exit(7)\n")
    assert build(bench.root, None, live=False) == Broken("the project could not be built", "")


def test_a_live_build_compares_with_the_target(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.apply()
    for name, value in bench.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CI", raising=False)
    made = built(bench, live=True)
    assert (made.plan.changes, made.plan.unchanged) == ((), 1)
    assert made.place == os.environ["DD_HOST"].removeprefix("http://")
