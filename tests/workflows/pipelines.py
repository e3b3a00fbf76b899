"""The pipelines this repository shows, read: GitHub's workflows and actions, GitLab's, Atlantis' and a CronJob."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github/actions").glob("*/action.yml"))
TEMPLATE = ROOT / "dd_sync/project/template"
"""What `ddsync init` writes."""
GITLAB = ROOT / "docs/examples/ci/gitlab-ci.yml"
ATLANTIS = ROOT / "docs/examples/atlantis/repos.yaml"
CRONJOB = ROOT / "docs/examples/kubernetes/drift-cronjob.yaml"

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class _Loader(yaml.SafeLoader):
    """YAML in which only true and false are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read(path: Path) -> Any:
    """A YAML file; `on` stays a word, which YAML 1.1 would read as true."""
    documents = list(yaml.load_all(path.read_text(), _Loader))
    return documents if len(documents) > 1 else documents[0]


def workflow(name: str, root: Path = ROOT) -> Any:
    return read(root / f".github/workflows/{name}.yml")


def action(uses: str) -> Any:
    """The action of this repository that a step names."""
    return read(ROOT / uses.removeprefix("./") / "action.yml")


@dataclass(frozen=True)
class Step:
    """One shell step of GitHub's, its expressions put in."""

    script: str
    environment: Mapping[str, str]


def steps(job: Mapping[str, Any], values: Mapping[str, str], outer: Mapping[str, Any] | None = None) -> Iterator[Step]:
    """The shell steps of a job in order, those of this repository's actions included; other actions are passed over.

    `values` are what its expressions mean.
    """
    around = {**(outer or {}), **(job.get("env") or {})}
    for step in job["steps"]:
        yield from _steps(step, {name: filled(value, values) for name, value in around.items()}, values)


def _steps(step: Mapping[str, Any], around: Mapping[str, str], values: Mapping[str, str]) -> Iterator[Step]:
    own = {**around, **{name: filled(value, values) for name, value in (step.get("env") or {}).items()}}
    if "run" in step:
        yield Step(str(step["run"]), own)
    elif str(step.get("uses", "")).startswith("./"):
        called = action(step["uses"])
        given = {name: filled(value, values) for name, value in (step.get("with") or {}).items()}
        usual = {name: filled(one.get("default", ""), values) for name, one in called["inputs"].items()}
        inputs = {f"inputs.{name}": value for name, value in {**usual, **given}.items()}
        for inner in called["runs"]["steps"]:
            yield from _steps(inner, own, {**values, **inputs})


def filled(text: Any, values: Mapping[str, str]) -> str:
    """A text with its expressions replaced; one whose meaning is not given is an error of the test."""
    return EXPRESSION.sub(lambda found: values[found[1]], str(text))
