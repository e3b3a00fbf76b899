"""The way out of a state: whole blocks are removed in the configuration, instances by the script."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dd_sync.terraform.handover import removed_blocks, state_rm_script, whole_blocks
from dd_sync.terraform.state import Resource


def resources(*addresses: str) -> list[Resource]:
    return [Resource(address, "datadog_monitor", {}) for address in addresses]


ALL = resources(
    "datadog_monitor.a",
    'datadog_monitor.each["prod"]',
    'datadog_monitor.each["it\'s"]',
    'datadog_monitor.each["$(touch intruder) `id` ${x} \\"q\\" !1 *"]',
    "module.m[0].datadog_monitor.b",
    "module.m[1].datadog_monitor.b",
)


def test_a_block_is_removed_when_all_its_instances_go() -> None:
    assert whole_blocks(ALL, ALL) == ["datadog_monitor.a", "datadog_monitor.each", "module.m.datadog_monitor.b"]
    assert whole_blocks(ALL[:2], ALL) == ["datadog_monitor.a"]
    assert whole_blocks(ALL[:5], ALL) == ["datadog_monitor.a", "datadog_monitor.each"]


def test_a_removed_block_destroys_nothing() -> None:
    text = removed_blocks(["datadog_monitor.a"])
    assert "removed {\n  from = datadog_monitor.a\n  lifecycle {\n    destroy = false\n  }\n}\n" in text


def test_the_script_names_every_instance_as_the_shell_must_have_it(tmp_path: Path) -> None:
    script = tmp_path / "state-rm.sh"
    script.write_text(state_rm_script(ALL))
    fake = tmp_path / "fake"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$1 $2 $3"\n')
    fake.chmod(0o755)
    env = {"PATH": "/usr/bin:/bin", "TF": str(fake)}
    subprocess.run(["bash", "-n", str(script)], check=True)
    done = subprocess.run(["bash", str(script)], env=env, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines() == [f"state rm {one.address}" for one in ALL]
    assert not (tmp_path / "intruder").exists()


def test_the_script_stops_at_the_first_failure(tmp_path: Path) -> None:
    script = tmp_path / "state-rm.sh"
    script.write_text(state_rm_script(ALL))
    env = {"PATH": "/usr/bin:/bin", "TF": "/bin/false"}
    assert subprocess.run(["bash", str(script)], env=env, check=False).returncode == 1
