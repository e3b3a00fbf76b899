"""The environments of a project: a name that nobody declared is an error with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.environments import declared_environments, default_environments
from dd_sync.project.project import load_project
from dd_sync.project.settings import load_settings
from dd_sync.project.validating import validate

CLUSTER = "clusters:\n  - {name: a, env: prod, team: platform}\n"
TEAMS = 'teams:\n  platform: {tell: "@slack-platform"}\n'


def project(root: Path, text: str, envs: str = "[prod]") -> Path:
    (root / "ddsync.yaml").write_text(f"project: acme\n{TEAMS}{text}")
    (root / "services").mkdir(exist_ok=True)
    entity = "apiVersion: v3\nkind: service\nmetadata:\n  name: cart\n  owner: platform\nextensions:\n  ddsync:\n"
    (root / "services/cart.yaml").write_text(f"{entity}    kind: http\n    envs: {envs}\n")
    return root


def told(root: Path) -> list[str]:
    return [f"{one.source}: {one.finding.message}" for one in validate(root).findings]


def test_they_are_those_of_targets_clusters_and_databases_unless_the_project_names_them(tmp_path: Path) -> None:
    targets = "targets:\n  eu: {emulator: x, envs: [staging]}\n"
    settings, _ = load_settings(project(tmp_path, f"{CLUSTER}{targets}"))
    assert declared_environments(settings) == ["staging", "prod"]
    assert default_environments(settings) == ["staging"]
    settings, _ = load_settings(project(tmp_path, f"environments: [prod, staging, dev]\n{CLUSTER}"))
    assert declared_environments(settings) == ["prod", "staging", "dev"]
    assert default_environments(settings) == ["prod", "staging", "dev"]


@pytest.mark.parametrize("envs", ["[prod, stagin]", "{prod: {}, stagin: {}}"])
def test_a_misspelt_one_of_a_service_is_told_with_the_nearest(tmp_path: Path, envs: str) -> None:
    root = project(tmp_path, f"environments: [prod, staging]\n{CLUSTER}", envs)
    with pytest.raises(DefinitionError, match=r"no environment \"stagin\"\. Did you mean staging") as caught:
        load_project(root)
    assert caught.value.at == "services/cart.yaml:9"
    assert "environments: in ddsync.yaml has prod, staging" in caught.value.hint


def test_without_a_list_the_hint_says_how_to_declare_one(tmp_path: Path) -> None:
    root = project(tmp_path, CLUSTER, "[blue]")
    with pytest.raises(DefinitionError, match='no environment "blue"') as caught:
        load_project(root)
    assert "declared with environments:" in caught.value.hint
    (root / "ddsync.yaml").write_text((root / "ddsync.yaml").read_text() + "environments: [prod, blue]\n")
    assert list(load_project(root).services[0].settings.envs) == ["blue"]


def test_without_a_list_a_usual_name_is_taken_and_a_misspelt_one_is_not(tmp_path: Path) -> None:
    assert list(load_project(project(tmp_path, CLUSTER, "[prod, staging]")).services[0].settings.envs)
    with pytest.raises(DefinitionError, match="Did you mean staging"):
        load_project(project(tmp_path, CLUSTER, "[prod, stagin]"))


def test_where_nothing_names_any_every_name_is_taken(tmp_path: Path) -> None:
    assert load_project(project(tmp_path, "", "[anything]")).services[0].name == "cart"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("clusters:\n  - {name: a, env: prd, team: platform}\n", 6),
        ("mongodb:\n  - {name: a, env: prd, team: platform, hosting: atlas}\n", 6),
        ("targets:\n  eu: {emulator: x, envs: [prd]}\n", 6),
        ("paging_envs: [prd]\n", 5),
    ],
)
def test_with_a_list_the_settings_are_held_to_it_too(tmp_path: Path, text: str, line: int) -> None:
    root = project(tmp_path, f"environments: [prod]\n{text}")
    with pytest.raises(DefinitionError, match='no environment "prd"') as caught:
        load_project(root)
    assert caught.value.at == f"ddsync.yaml:{line}"


def test_a_team_that_says_something_of_no_environment_is_told(tmp_path: Path) -> None:
    root = project(tmp_path, CLUSTER)
    text = (root / "ddsync.yaml").read_text()
    (root / "ddsync.yaml").write_text(
        text.replace('{tell: "@slack-platform"}', '{tell: "@slack-platform", envs: {prdo: {tell: "@slack-x"}}}')
    )
    with pytest.raises(DefinitionError, match=r"no environment \"prdo\"\. Did you mean prod"):
        load_project(root)


def test_validate_tells_of_all_at_once(tmp_path: Path) -> None:
    root = project(tmp_path, CLUSTER, "[prod, a1, b2]")
    assert sum("no environment" in one for one in told(root)) == 2
