"""The pipelines' own shell steps, run against the emulator: from a pull request to prod, at each of the three."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dd_sync.emulator import Emulator, running
from tests.pull_requests.server import TOKEN, Served, served
from tests.workbench import API_KEY, APP_KEY
from tests.workflows.pipelines import ATLANTIS, CRONJOB, GITLAB, ROOT, TEMPLATE, read, steps, workflow
from tests.workflows.repository import files_below, repository
from tests.workflows.shell import PLAIN_SHELL, Shell, shell

SETTINGS = """\
project: acme
packs: []
teams:
  platform: {page: "@pagerduty-platform", tell: "@slack-platform"}
clusters:
  - {name: prod-eu-1, env: prod, team: platform}
  - {name: staging-eu-1, env: staging, team: platform}
default_target: local
targets:
  local: {emulator: .ddsync/local.sqlite}
  staging: {envs: [staging]}
  prod: {envs: [prod]}
"""

DEFINITION = '''\
import os
from dd_sync import Cluster, Monitor, define

assert not os.environ.get("DD_API_KEY") and not os.environ.get("DD_APP_KEY"), "definitions run beside keys"

@define
def job_failed(cluster: Cluster) -> Monitor:
    """A job failed.

    First step: its log.
    """
    return Monitor(name="Job failed on {cluster.name}", query=f"avg(last_5m):sum:jobs.failed{cluster.scope()} > 5")
'''


@pytest.fixture
def emulator() -> Iterator[tuple[str, Emulator]]:
    with running() as made:
        yield made.url, made.emulator


@pytest.fixture
def provider() -> Iterator[Served]:
    with served() as state:
        yield state


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "monitors").mkdir(parents=True)
    (root / "ddsync.yaml").write_text(SETTINGS)
    (root / "monitors/jobs.py").write_text(DEFINITION)
    return root


def checked_out(root: Path) -> None:
    """The project as a clone of a repository, whose main branch has the same files."""
    origin = repository(root.parent / "provider", files_below(root))
    origin.clone(root, "main")


@pytest.fixture
def here(project: Path, tmp_path: Path, emulator: tuple[str, Emulator]) -> Iterator[Shell]:
    """A runner whose Datadog is the emulator. `DD_HOST` is all it has; keys come from the pipeline."""
    with shell(project, tmp_path / "bin") as made:
        made.environment["DD_HOST"] = emulator[0]
        yield made


KEYS = {"secrets.DD_API_KEY": API_KEY, "secrets.DD_APP_KEY": APP_KEY}


def titles(emulator: Emulator) -> list[str]:
    return sorted(str(one["name"]) for one in emulator.objects("monitor"))


INSTALLS = re.compile(r"\bpip |pytest")


class GitHub:
    """The runs of one repository, as far as shell steps go. Artifacts stay where they are: a job's folder is kept."""

    def __init__(self, here: Shell, provider: Served, root: Path = ROOT) -> None:
        self.here, self.root = here, root
        self.variables = {"vars.DDSYNC_TARGETS": "staging prod", "github.token": TOKEN}
        self.variables["vars.DDSYNC_TARGETS || 'local'"] = "staging prod"
        self.variables |= {"vars.DDSYNC_TARGET": "prod", "vars.DDSYNC_TARGET || 'local'": "prod"}
        here.environment |= {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": provider.url,
            "GITHUB_REPOSITORY": "acme/alerts",
            "GITHUB_REF": "refs/pull/17/merge",
            "GITHUB_RUN_ID": "99",
        }

    def job(self, name: str, job: str, *, keys: bool = False, status: int = 0, **values: str) -> list[str]:
        """Runs a job's steps, except those that install or run pytest, and expects how the last one ends.

        Returns what they printed.
        """
        found = workflow(name, self.root)
        values = {**self.variables, **(KEYS if keys else {}), **{key.replace("_", "."): v for key, v in values.items()}}
        todo = [one for one in steps(found["jobs"][job], values, found.get("env")) if not INSTALLS.search(one.script)]
        return [self.here.run(one.script, one.environment, status=status if one is todo[-1] else 0).out for one in todo]


def test_github_from_a_pull_request_to_prod(here: Shell, provider: Served, emulator: tuple[str, Emulator]) -> None:
    _, datadog = emulator
    github = GitHub(here, provider)
    github.job("ddsync-check", "check")
    for target in ("staging", "prod"):
        github.job("ddsync-plan", "plan", keys=True, matrix_target=target)
    assert [text.split("\n")[1] for text in provider.texts(17)] == [
        "**ddsync → staging: 1 to create**",
        "**ddsync → prod: 1 to create**",
    ]
    assert (here.root / "plans/prod/plan.html").read_text().startswith("<!doctype html>")
    assert titles(datadog) == []

    github.job("ddsync-apply", "render")
    github.job("ddsync-apply", "staging", keys=True)
    assert titles(datadog) == ["Job failed on staging-eu-1"]
    github.job("ddsync-apply", "soak", keys=True)
    github.job("ddsync-apply", "prod", keys=True)
    assert titles(datadog) == ["Job failed on prod-eu-1", "Job failed on staging-eu-1"]
    assert len(list((here.root / ".ddsync/receipts").glob("*.json"))) == 2


def test_github_lists_its_targets_as_json(here: Shell, provider: Served) -> None:
    output = here.root / "output"
    here.environment["GITHUB_OUTPUT"] = str(output)
    GitHub(here, provider).job("ddsync-plan", "targets")
    assert output.read_text() == 'list=["staging","prod"]\n'


def test_github_stops_the_promotion_when_staging_was_changed_by_hand(
    here: Shell, provider: Served, emulator: tuple[str, Emulator]
) -> None:
    _, datadog = emulator
    github = GitHub(here, provider)
    github.job("ddsync-apply", "render")
    github.job("ddsync-apply", "staging", keys=True)
    (monitor,) = datadog.objects("monitor")
    datadog.edit("monitor", monitor["id"], lambda body: {**body, "name": "calmed down"})
    github.job("ddsync-apply", "soak", keys=True, status=2)


def test_github_is_red_at_night_when_something_was_edited(
    here: Shell, provider: Served, emulator: tuple[str, Emulator]
) -> None:
    _, datadog = emulator
    github = GitHub(here, provider)
    github.job("ddsync-apply", "render")
    github.job("ddsync-apply", "staging", keys=True)
    github.job("ddsync-drift", "drift", keys=True)
    (monitor,) = datadog.objects("monitor")
    datadog.edit("monitor", monitor["id"], lambda body: {**body, "name": "edited"})
    github.job("ddsync-drift", "drift", keys=True, status=2)


def gitlab(here: Shell, provider: Served, job: str, path: Path = GITLAB, **environment: str) -> None:
    """Runs the script of one of GitLab's jobs; one that extends another has that one's script."""
    found: Any = read(path)
    own = {**found.get(found[job].get("extends"), {}), **found[job]}
    script = [*(own.get("before_script") or found["default"]["before_script"]), *own["script"]]
    given = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": provider.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "17",
        "CI_DEFAULT_BRANCH": "main",
        **(own.get("variables") or {}),
        **({"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY, "GITLAB_TOKEN": TOKEN} if "environment" in own else {}),
        **environment,
    }
    here.run("\n".join(line for line in script if not INSTALLS.search(line)), given, shell=PLAIN_SHELL)


def test_gitlab_from_a_merge_request_to_prod(here: Shell, provider: Served, emulator: tuple[str, Emulator]) -> None:
    _, datadog = emulator
    checked_out(here.root)
    gitlab(here, provider, "render")
    gitlab(here, provider, "plan", TARGET="prod")
    assert provider.texts(17)[0].split("\n")[1] == "**ddsync → prod: 1 to create**"
    for job in ("staging", "soak", "prod"):
        gitlab(here, provider, job)
    gitlab(here, provider, "drift", TARGET="prod")
    assert titles(datadog) == ["Job failed on prod-eu-1", "Job failed on staging-eu-1"]


@pytest.fixture
def new_project(project: Path, here: Shell) -> Path:
    """What `ddsync init` writes, with the account that its README speaks of."""
    shutil.rmtree(project)
    here.run(f"ddsync init {project}", cwd=project.parent)
    settings = project / "ddsync.yaml"
    settings.write_text(settings.read_text().replace("  # prod: ", "  prod: "))
    return project


@pytest.mark.usefixtures("new_project")
def test_a_new_project_goes_from_a_pull_request_to_prod_at_github(
    here: Shell, provider: Served, emulator: tuple[str, Emulator]
) -> None:
    github = GitHub(here, provider, TEMPLATE)
    github.job("ddsync", "check")
    github.job("ddsync-plan", "plan", keys=True)
    assert re.fullmatch(r"\*\*ddsync → prod: \d+ to create\*\*.*", provider.texts(17)[0].split("\n")[1])
    assert titles(emulator[1]) == []
    github.job("ddsync", "apply", keys=True)
    assert "[example] Orders stopped in prod" in titles(emulator[1])
    github.job("ddsync-drift", "drift", keys=True)


@pytest.mark.usefixtures("new_project")
def test_a_new_project_goes_from_a_merge_request_to_prod_at_gitlab(
    here: Shell, provider: Served, emulator: tuple[str, Emulator]
) -> None:
    checked_out(here.root)
    for job in ("check", "plan", "apply", "drift"):
        gitlab(here, provider, job, TEMPLATE / ".gitlab-ci.yml", DDSYNC_TARGET="prod")
    assert len(provider.texts(17)) == 1
    assert "[example] Orders stopped in prod" in titles(emulator[1])


def atlantis(here: Shell, stage: str, workspace: str) -> str:
    """Runs the steps of a stage with the server's keys in the environment, and gives what Atlantis would read."""
    planfile = str(here.root / f"{workspace}.tfplan")
    environment = {"WORKSPACE": workspace, "PLANFILE": planfile, "DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY}
    environment["BASE_BRANCH_NAME"] = "main"
    output = ""
    for step in read(ATLANTIS)["workflows"]["ddsync"][stage]["steps"]:
        if "env" in step:
            environment[step["env"]["name"]] = step["env"]["value"]
        else:
            done = here.run(step["run"], environment, shell=PLAIN_SHELL)
            output += done.out + done.err
    return output


def test_atlantis_plans_checks_and_applies_each_target(here: Shell, emulator: tuple[str, Emulator]) -> None:
    checked_out(here.root)
    _, datadog = emulator
    assert "+ monitor   jobs/job-failed/prod-eu-1" in atlantis(here, "plan", "prod")
    assert (here.root / "prod.tfplan").is_file()
    verdict = atlantis(here, "policy_check", "prod")
    assert "fail" not in verdict.lower(), "a monitor is called Job failed, and the check passes all the same"
    assert "1 to create" in verdict
    atlantis(here, "apply", "prod")
    assert titles(datadog) == ["Job failed on prod-eu-1"]


def test_atlantis_hears_the_word_when_the_plan_is_refused_or_broken(here: Shell) -> None:
    checked_out(here.root)
    atlantis(here, "plan", "prod")
    atlantis(here, "apply", "prod")
    (here.root / "ddsync.yaml").write_text(SETTINGS.replace("  - {name: prod-eu-1, env: prod, team: platform}\n", ""))
    atlantis(here, "plan", "prod")
    assert "fail" in atlantis(here, "policy_check", "prod")
    (here.root / "prod.tfplan").write_text("broken")
    assert atlantis(here, "policy_check", "prod") == "policy: fail\n"


def test_atlantis_refuses_a_plan_that_no_longer_fits(here: Shell, emulator: tuple[str, Emulator]) -> None:
    checked_out(here.root)
    atlantis(here, "plan", "prod")
    (here.root / "monitors/jobs.py").write_text(DEFINITION.replace("> 5", "> 6"))
    shutil.rmtree(here.root / "prod.tfplan.rendered")
    here.run(f"ddsync render --target prod --out {here.root}/prod.tfplan.rendered")
    *_, step = read(ATLANTIS)["workflows"]["ddsync"]["apply"]["steps"]
    environment = {"WORKSPACE": "prod", "PLANFILE": str(here.root / "prod.tfplan")}
    keys = {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY}
    done = here.run(step["run"], {**environment, **keys}, shell=PLAIN_SHELL, status=3)
    assert "the definitions changed since the plan" in done.err


def test_the_cron_job_ends_with_two_when_something_was_edited(
    here: Shell, emulator: tuple[str, Emulator], tmp_path: Path
) -> None:
    checked_out(here.root)
    _, datadog = emulator
    atlantis(here, "plan", "prod")
    atlantis(here, "apply", "prod")
    (_, job) = read(CRONJOB)
    container = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    keys = {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY}
    for status in (0, 2):
        scratch = tmp_path / f"scratch{status}"
        script = container["args"][0].replace("/tmp/project", str(scratch)).replace("/project ", f"{here.root} ")
        here.run(script, keys, shell=container["command"], status=status)
        (monitor,) = datadog.objects("monitor")
        datadog.edit("monitor", monitor["id"], lambda body: {**body, "name": "edited"})
