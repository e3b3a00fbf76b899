"""Reading a state: every instance in every module, and a word about what is no state."""

from __future__ import annotations

import json

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.terraform.state import read_state
from tests.terraform.states import resource, state


def test_resources_of_all_modules_are_found_with_their_instances() -> None:
    inner = {
        "address": 'module.a["eu"].module.b',
        "resources": [resource('module.a["eu"].module.b.datadog_monitor.y[0]', {})],
    }
    modules = [{"address": 'module.a["eu"]', "resources": [], "child_modules": [inner]}]
    found = read_state(state(resource('datadog_monitor.x["k.v[1]"]', {"id": "7"}), modules=modules), "state.json")
    assert [one.address for one in found] == [
        'datadog_monitor.x["k.v[1]"]',
        'module.a["eu"].module.b.datadog_monitor.y[0]',
    ]
    assert [one.block for one in found] == ["datadog_monitor.x", "module.a.module.b.datadog_monitor.y"]
    assert [one.id for one in found] == ["7", ""]


def test_data_and_other_providers_are_no_concern() -> None:
    others = resource("aws_instance.a", {}), resource("data.datadog_monitor.b", {}, mode="data")
    assert read_state(state(*others), "state.json") == []


def test_an_empty_state_is_a_state() -> None:
    assert read_state('{"format_version": "1.0"}', "state.json") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nope", "not JSON"),
        ("[]", "not a Terraform state"),
        ("{}", "not a Terraform state"),
        (json.dumps({"version": 4, "lineage": "x", "resources": []}), "a raw state"),
        (json.dumps({"format_version": "1.2", "planned_values": {}}), "a plan, not a state"),
    ],
)
def test_what_is_no_state_is_said_with_the_command_that_writes_one(text: str, said: str) -> None:
    with pytest.raises(DdsyncError) as error:
        read_state(text, "state.json")
    assert error.value.message.startswith(f"state.json: {said}")
    assert "terraform show -json" in error.value.hint
