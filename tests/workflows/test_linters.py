"""What the linters of others say of every pipeline here: schemas of the providers, holes, shell.

`check-jsonschema` brings the schemas of GitHub and GitLab, `kubernetes-validate` those of Kubernetes' API, `zizmor`
looks for ways in, `shellcheck` reads the steps. All come with the extra `dev`; a machine without one skips its tests.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.pipelines import ACTIONS, CRONJOB, GITLAB, ROOT, TEMPLATE, WORKFLOWS
from tests.workflows.test_sound import name_of, scripts

TEMPLATE_WORKFLOWS = sorted((TEMPLATE / ".github/workflows").glob("*.yml"))


def ran(program: str, *words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """A linter of this environment, and how it ended."""
    path = Path(sys.executable).parent / program
    if not path.exists():
        pytest.skip(f"{program} is not installed: pip install -e '.[dev]'")
    return subprocess.run([path, *words], capture_output=True, text=True, check=False, input=given, cwd=ROOT)


def content(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_something_to_look_at() -> None:
    assert min(len(WORKFLOWS), len(ACTIONS), len(TEMPLATE_WORKFLOWS)) >= 3


@pytest.mark.parametrize("schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"])
def test_workflows_are_what_github_takes(schema: str) -> None:
    content(ran("check-jsonschema", "--builtin-schema", schema, *WORKFLOWS, *TEMPLATE_WORKFLOWS))


def test_actions_are_what_github_takes() -> None:
    content(ran("check-jsonschema", "--builtin-schema", "vendor.github-actions", *ACTIONS))


def test_pipelines_are_what_gitlab_takes() -> None:
    content(ran("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", GITLAB, TEMPLATE / ".gitlab-ci.yml"))


@pytest.mark.parametrize("version", ["1.29", "1.31", "1.33"])
def test_the_cron_job_is_what_kubernetes_takes(version: str) -> None:
    done = ran("kubernetes-validate", "--strict", "-k", version, CRONJOB)
    content(done)
    assert "cronjob/ddsync-drift" in done.stdout + done.stderr


def test_nobody_finds_a_way_in() -> None:
    where = [ROOT / ".github", TEMPLATE / ".github"]
    content(ran("zizmor", "--offline", "--quiet", "--no-progress", "--config", ROOT / ".github/zizmor.yml", *where))


def test_the_linters_would_speak(tmp_path: Path) -> None:
    """A workflow that runs a title, with a key that no schema knows: each of them has something to say."""
    bad = tmp_path / ".github/workflows/bad.yml"
    bad.parent.mkdir(parents=True)
    run = 'run: echo "${{ github.event.pull_request.title }}"'
    bad.write_text(f"on: pull_request\njobs:\n  a:\n    runs-on: x\n    stepz: 1\n    steps:\n      - {run}\n")
    assert ran("check-jsonschema", "--builtin-schema", "vendor.github-workflows", bad).returncode == 1
    done = ran("zizmor", "--offline", "--quiet", "--no-progress", bad)
    assert "template-injection" in done.stdout
    assert done.returncode != 0


@pytest.mark.parametrize(("where", "script"), list(scripts()))
def test_shell_steps_are_sound(where: str, script: str) -> None:
    """SC2086: a list of targets is split into words on purpose. SC2164: every runner stops at what fails."""
    shell = "bash" if where.endswith(".yml") else "sh"
    content(ran("shellcheck", f"--shell={shell}", "--exclude=SC2086,SC2164", "-", given=script))


@pytest.mark.parametrize("path", sorted((ROOT / ".ci").iterdir()), ids=name_of)
def test_scripts_of_this_repository_are_sound(path: Path) -> None:
    content(ran("shellcheck", path))
