"""Which definitions a target has, and limits that name nothing."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync import Monitor
from dd_sync.core.errors import DefinitionError
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import Cluster
from dd_sync.project.belonging import Belonging


def definition(**limits: Any) -> Definition:
    def alert(cluster: Cluster) -> Monitor:
        """Wrong."""
        return Monitor(name="x", query="avg(last_5m):avg:a{*} > 1")

    return Definition(alert, **limits)


def cluster(env: str) -> Cluster:
    return Cluster(name="c", env=env, team="t")


HERE = Belonging("prod", ["prod"], ["prod", "staging"], ["prod", "staging"])


@pytest.mark.parametrize(
    ("limits", "env", "has"),
    [
        ({}, "prod", True),
        ({"targets": "prod"}, "prod", True),
        ({"targets": ("staging",)}, "prod", False),
        ({"envs": ("prod", "staging")}, "prod", True),
        ({"envs": "staging"}, "prod", False),
        ({"targets": "prod", "envs": "staging"}, "prod", False),
    ],
)
def test_a_definition_is_made_where_no_limit_speaks_against_it(limits: Any, env: str, has: bool) -> None:
    assert HERE.has(definition(**limits), cluster(env)) is has


def test_what_is_repeated_over_nothing_goes_by_the_target_s_environments() -> None:
    assert HERE.has(definition(envs="prod"), None)
    assert not HERE.has(definition(envs="staging"), None)


def test_a_target_that_no_file_names_has_everything() -> None:
    assert Belonging().has(definition(targets="staging"), cluster("prod"))


def test_a_limit_that_names_nothing_is_told_with_the_nearest() -> None:
    found: list[DefinitionError] = []
    HERE.check(definition(targets="stagng", envs=("prod", "prd")), lambda one: "monitors/x.py:3", found.append)
    assert [error.problem for error in found] == [
        'alert: no target "stagng". Did you mean staging?',
        'alert: no environment "prd". Did you mean prod?',
    ]
    assert {error.at for error in found} == {"monitors/x.py:3"}
