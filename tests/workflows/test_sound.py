"""What can be known of the pipelines without running them: what runs beside keys, and that everything named exists."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from dd_sync.cli.app import app
from tests.workflows.pipelines import ACTIONS, ATLANTIS, CRONJOB, EXPRESSION, GITLAB, ROOT, WORKFLOWS, action, read

CONTEXTS = ("github.", "inputs.", "matrix.", "needs.", "secrets.", "steps.", "vars.", "fromJSON(needs.")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def jobs(path: Path) -> Iterator[tuple[str, Any]]:
    yield from read(path)["jobs"].items()


def all_steps() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in WORKFLOWS:
        for _, job in jobs(path):
            yield from ((path, step) for step in job["steps"])
    for path in ACTIONS:
        yield from ((path, step) for step in read(path)["runs"]["steps"])


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from texts(item)
        case list():
            for item in value:
                yield from texts(item)


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_a_workflow_has_what_github_needs_and_no_more_rights_than_it_uses(path: Path) -> None:
    found = read(path)
    assert set(found) <= {"name", "on", "permissions", "concurrency", "env", "jobs"}
    assert found["permissions"] in ({}, {"contents": "read"})
    for name, job in found["jobs"].items():
        assert job["runs-on"] == "ubuntu-latest"
        assert "timeout-minutes" in job or name == "targets"
        needed = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        assert set(needed) <= set(found["jobs"])


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=name_of)
def test_expressions_are_closed_and_of_known_contexts(path: Path) -> None:
    for text in texts(read(path)):
        assert text.count("${{") == len(EXPRESSION.findall(text))
        for inside in EXPRESSION.findall(text):
            assert inside.startswith(CONTEXTS), inside


def test_no_script_holds_an_expression() -> None:
    """What an expression puts into a script is run: values go through the environment."""
    for path, step in all_steps():
        assert "${{" not in str(step.get("run", "")), f"{path}: {step}"


def test_steps_name_actions_that_exist_with_inputs_that_they_have() -> None:
    for path, step in all_steps():
        uses = str(step.get("uses", ""))
        if uses.startswith("./"):
            called, given = action(uses), set(step.get("with") or {})
            assert given <= set(called["inputs"]), f"{path}: {uses}"
            assert {name for name, one in called["inputs"].items() if one.get("required")} <= given
        elif uses:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", uses), f"{path}: {uses}"


def test_code_of_pull_requests_runs_where_no_key_is() -> None:
    for path in WORKFLOWS:
        triggers = read(path)["on"]
        assert "pull_request_target" not in triggers
        if "pull_request" in triggers:
            assert not [text for text in texts(read(path)) if "secrets." in text], f"{path} has keys"


def test_what_has_keys_checks_out_the_main_branch_and_runs_no_code_of_the_project() -> None:
    keyed = [(path, name, job) for path in WORKFLOWS for name, job in jobs(path) if "secrets." in str(job)]
    assert len(keyed) >= 5
    for path, name, job in keyed:
        assert "environment" in job, f"{path} {name}: keys belong to an environment"
        for step in job["steps"]:
            if str(step.get("uses", "")).startswith("actions/checkout"):
                assert "ref" not in step.get("with", {})
            for command in re.findall(r"ddsync (plan|apply|drift)[^\n]*(?:\\\n[^\n]*)*", str(step.get("run", ""))):
                assert "--rendered" in str(step["run"]), f"{path} {name}: {command}"


def test_checkouts_leave_no_token_behind() -> None:
    for _, step in all_steps():
        if str(step.get("uses", "")).startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] == "false" or step["with"]["persist-credentials"] is False


def test_applies_wait_for_one_another_and_are_never_cut_short() -> None:
    found = dict(jobs(ROOT / ".github/workflows/ddsync-apply.yml"))
    for target, name in (("staging", "staging"), ("prod", "prod")):
        assert found[name]["concurrency"] == {"group": f"ddsync-{target}", "cancel-in-progress": False}
    assert [found[name].get("needs") for name in ("staging", "soak", "prod")] == ["render", "staging", "soak"]
    assert found["prod"]["environment"] == "production"


def scripts() -> Iterator[tuple[str, str]]:
    """Every shell script of every pipeline."""
    for path, step in all_steps():
        if "run" in step:
            yield name_of(path), str(step["run"])
    for name, job in read(GITLAB).items():
        if isinstance(job, dict):
            yield from ((f"gitlab {name}", line) for line in job.get("script", ()))
    for stage in read(ATLANTIS)["workflows"]["ddsync"].values():
        yield from (("atlantis", step["run"]) for step in stage["steps"] if "run" in step)
    yield "cronjob", cronjob()["args"][0]


def cronjob() -> Any:
    (_, job) = read(CRONJOB)
    return job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize(("where", "script"), list(scripts()))
def test_scripts_are_shell(where: str, script: str) -> None:
    subprocess.run(["bash", "-n", "-c", script], check=True)


def test_every_command_of_every_script_exists_with_its_options() -> None:
    known = typer.main.get_command(app([])).commands  # type: ignore[attr-defined]
    seen = set()
    for where, script in scripts():
        for line in script.replace("\\\n", " ").split("\n"):
            for found in re.findall(r"(?:^|[;&|(] *|do |[\w/-]*bin/)ddsync ([^;&|]*)", line.strip()):
                words = shlex.split(found, comments=True)
                assert words[0] in known, f"{where}: ddsync {words[0]}"
                options = {option for one in known[words[0]].params for option in one.opts}
                assert {word for word in words if word.startswith("--")} <= options, f"{where}: {line}"
                seen.add(words[0])
    assert {"validate", "render", "plan", "comment", "apply", "policy", "drift"} <= seen


def test_actionlint_has_nothing_to_say() -> None:
    program = shutil.which("actionlint")
    if program is None:
        pytest.skip("actionlint is not installed")
    done = subprocess.run([program, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_gitlab_gives_keys_to_no_job_that_runs_the_project_s_code() -> None:
    found = read(GITLAB)
    for name, job in found.items():
        lines = " ".join(job.get("script", ())) if isinstance(job, dict) else ""
        if "render " in lines or "validate" in lines:
            assert "environment" not in job, name
        elif "ddsync" in lines and name != "default" and not name.startswith("."):
            assert "environment" in job, name
    assert found[".apply"]["resource_group"] == "ddsync-$TARGET"


def test_atlantis_keeps_its_workflow_on_the_server_and_wants_branches_up_to_date() -> None:
    (repository,) = read(ATLANTIS)["repos"]
    assert repository["apply_requirements"] == ["approved", "mergeable", "undiverged"]
    assert repository["allow_custom_workflows"] is False
    assert repository["custom_policy_check"] is True
    projects = read(ROOT / "docs/examples/atlantis/atlantis.yaml")["projects"]
    assert len({one["name"] for one in projects}) == len({(one["dir"], one["workspace"]) for one in projects}) == 2


def test_the_cron_job_has_no_rights_and_one_try() -> None:
    (_, job) = read(CRONJOB)
    spec = job["spec"]["jobTemplate"]["spec"]
    assert (job["spec"]["concurrencyPolicy"], spec["backoffLimit"]) == ("Forbid", 0)
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    assert cronjob()["securityContext"]["readOnlyRootFilesystem"] is True
