"""`ddsync.yaml`: targets inherit, names are known, and what is wrong has its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError, UsageError
from dd_sync.project.settings import Settings, find_root, load_settings, whereabouts

TARGETS = """\
defaults: {site: datadoghq.eu}
targets:
  prod: {envs: [prod]}
  tryout: {emulator: .ddsync/x.sqlite, renamed_from: playground}
"""


def load(root: Path, text: str) -> Settings:
    (root / "ddsync.yaml").write_text(f"project: acme\n{text}")
    return load_settings(root)[0]


def test_targets_take_from_defaults_what_they_do_not_say_and_have_one_place(tmp_path: Path) -> None:
    settings = load(tmp_path, TARGETS)
    assert settings.targets["prod"].site == "datadoghq.eu"
    assert settings.targets["tryout"].site is None
    assert settings.targets["tryout"].emulator == ".ddsync/x.sqlite"
    assert whereabouts(tmp_path, "prod", "site") == "ddsync.yaml:2"
    assert whereabouts(tmp_path, "tryout", "emulator") == "ddsync.yaml:5"


def test_a_target_is_the_named_one_the_default_the_only_one_or_local(tmp_path: Path) -> None:
    settings = load(tmp_path, TARGETS)
    assert settings.choose_target("prod")[0] == "prod"
    with pytest.raises(UsageError, match="which target"):
        settings.choose_target(None)
    with pytest.raises(UsageError, match=r'no target "prd" in ddsync\.yaml\. Did you mean prod'):
        settings.choose_target("prd")
    assert load(tmp_path, f"{TARGETS}default_target: prod\n").choose_target(None)[0] == "prod"
    assert load(tmp_path, "").choose_target(None)[0] == "local"


def test_owners_are_today_s_name_and_those_before(tmp_path: Path) -> None:
    settings = load(tmp_path, f"renamed_from: old\n{TARGETS}")
    assert [str(owner) for owner in settings.owners("tryout")] == [
        "acme/tryout",
        "acme/playground",
        "old/tryout",
        "old/playground",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "targets:\n  prod: {site: datadog.eu}\n",
            "ddsync.yaml:3: targets.prod: datadog.eu is no site of Datadog",
        ),
        ("targets:\n  prod: {site: datadoghq.eu, url: https://x}\n", "ddsync.yaml:3: targets.prod: give one of site"),
        ("default_target: prd\ntargets:\n  prod: {}\n", 'ddsync.yaml:2: no target "prd". Did you mean prod?'),
        ("packs: {eks: standrd}\n", "ddsync.yaml:2: packs.eks: input should be 'core', 'standard' or 'full'"),
        ("projct: x\n", 'ddsync.yaml:2: unknown name "projct". Did you mean project?'),
        ("services: ['../**/x.yaml']\n", "would look through the whole disk"),
        ("clusters:\n  - {name: a, env: p, team: t}\n  - {name: a, env: q, team: t}\n", "ddsync.yaml:4: two clusters"),
        ("targets:\n  a: {}\n  b: {renamed_from: a}\n", "ddsync.yaml:4: a is a target of this project"),
        ("renamed_from: acme\n", "ddsync.yaml:2: this is the project's name now"),
        ("sync: [monitrs]\n", 'nothing called "monitrs" can be synced'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, text)
    assert says in str(caught.value)


def test_the_root_is_found_from_below_and_missed_elsewhere(tmp_path: Path) -> None:
    load(tmp_path, "")
    (tmp_path / "deep/er").mkdir(parents=True)
    assert find_root(tmp_path / "deep/er") == tmp_path
    with pytest.raises(UsageError, match=r"no ddsync.yaml in"):
        find_root(Path("/"))
