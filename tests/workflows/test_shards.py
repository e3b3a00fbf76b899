"""The examples of a project in shards: the steps of each in a shell of its own, all at once, with the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.workbench import Workbench
from tests.workflows.pipelines import ROOT, filled, read
from tests.workflows.test_linters import content, ran

GITHUB = ROOT / "docs/examples/shards/github.yml"
JOB = ROOT / "docs/examples/shards/job.yaml"

MANY = '''\
import os
from collections.abc import Iterator
from dd_sync import Monitor, define

assert not os.environ.get("DD_API_KEY"), "definitions run beside keys"

@define
def many() -> Iterator[Monitor]:
    """No processor time left."""
    for n in range(40):
        yield Monitor(key=f"n{n}", name=f"CPU {n}", query=f"avg(last_5m):avg:system.cpu.user{{group:{n}}} > 90")
'''


@pytest.fixture
def project(bench: Workbench) -> Workbench:
    bench.write("monitors/eks.py", MANY)
    return bench


def test_a_matrix_plans_each_object_once(project: Workbench, tmp_path: Path) -> None:
    job = read(GITHUB)["jobs"]["plan"]
    found: list[str] = []
    started = []
    for shard in job["strategy"]["matrix"]["shard"]:
        values = {"matrix.shard": str(shard), "secrets.DD_API_KEY": "0" * 32, "secrets.DD_APP_KEY_READ": "0" * 40}
        scripts = [step for step in job["steps"] if str(step.get("run", "")).startswith("ddsync")]
        steps = [(str(s["run"]), {n: filled(v, values) for n, v in (s.get("env") or {}).items()}) for s in scripts]
        started.append(begun(steps, project, tmp_path / str(shard)))
    for process in started:
        assert process.wait(300) == 0
    for shard in job["strategy"]["matrix"]["shard"]:
        text = (tmp_path / str(shard) / f"plan-{shard}.json").read_text()
        found += [change["key"] for change in json.loads(text)["changes"]]
    assert sorted(found) == sorted(f"eks/many/n{n}" for n in range(40))


def test_the_pods_of_an_indexed_job_plan_each_object_once(project: Workbench, tmp_path: Path) -> None:
    spec = read(JOB)["spec"]
    container = spec["template"]["spec"]["containers"][0]
    keys = {"DD_API_KEY": "0" * 32, "DD_APP_KEY": "0" * 40}
    started = []
    for index in range(spec["completions"]):
        own = tmp_path / str(index)
        script = container["args"][0].replace("/tmp/project", f"{own}-copy").replace("/project ", f"{own} ")
        started.append(begun([(script, {**keys, "JOB_COMPLETION_INDEX": str(index)})], project, own))
    told = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0] * spec["completions"]
    assert sum(out.count("+ monitor ") for out in told) == 40


def begun(steps: Iterable[tuple[str, Mapping[str, str]]], project: Workbench, folder: Path) -> subprocess.Popen[str]:
    """The steps of one machine, one after another, in a checkout of its own."""
    for name in ("ddsync.yaml", "monitors/eks.py"):
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((project.root / name).read_text())
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    lines = [" ".join(["env", *(f"{n}={v}" for n, v in own.items()), "sh -ec", f"'{text}'"]) for text, own in steps]
    script = " && ".join(lines)
    environment = {"PATH": path, "HOME": str(folder), "CI": "true", "DD_HOST": project.environment["DD_HOST"]}
    return subprocess.Popen(["sh", "-ec", script], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def test_the_examples_are_what_their_providers_take() -> None:
    content(ran("check-jsonschema", "--builtin-schema", "vendor.github-workflows", GITHUB))
    content(ran("kubernetes-validate", "--strict", "-k", "1.31", JOB))
