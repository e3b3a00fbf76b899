"""Adoptions, definitions, files and services belong to targets; repositories to projects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dd_sync.project.repository import repository_of
from tests.workbench import SETTINGS, Workbench, workbench

TWO = SETTINGS + "  staging: {site: datadoghq.eu}\n"
DISK = '''
from dd_sync import Monitor, define


@define%s
def %s() -> Monitor:
    """A disk fills up."""
    return Monitor(name="%s", query="avg(last_5m):avg:system.disk.in_use{*} > 0.9")
'''


def put(bench: Workbench, *names: str) -> list[int | str]:
    return [
        bench.emulator.put(
            "monitor",
            {"name": name, "type": "query alert", "query": f"avg(last_5m):avg:a.b{{n:{n}}} > 1", "message": "@x"},
        )
        for n, name in enumerate(names)
    ]


def keys(bench: Workbench, target: str) -> set[str]:
    return {change["key"] for change in bench.plan("--target", target)["changes"]}


def test_what_was_imported_belongs_to_the_target_it_was_imported_from(bench: Workbench) -> None:
    bench.write("ddsync.yaml", TWO)
    bench.write("monitors/eks.py", "")
    ids = put(bench, *(f"theirs {n}" for n in range(20)))
    bench.ddsync("import", "--target", "prod", "--all", "--adopt", "--yes")
    assert (bench.root / "adopt.yaml").read_text().splitlines()[1] == "prod:"
    assert len(keys(bench, "prod")) == 20
    assert keys(bench, "staging") == set()
    for _ in range(2):
        bench.apply("--target", "prod")
        bench.apply("--target", "staging")
        assert {one["id"] for one in bench.live("monitor")} == set(ids)
        assert all("ddsync_id:acme/prod" in str(one["tags"]) for one in bench.live("monitor"))


def test_an_adoption_takes_nothing_from_another_target(bench: Workbench) -> None:
    bench.write("ddsync.yaml", TWO)
    bench.write("monitors/eks.py", DISK % ("", "disk", "Disk"))
    bench.apply("--target", "prod")
    (live,) = bench.live("monitor")
    bench.write("adopt.yaml", f"staging:\n  monitor:eks/disk: {live['id']}\n")
    for more in ((), ("--drift", "revert")):
        ran = bench.apply("--target", "staging", *more, status=1)
        assert "which belongs to acme/prod/eks/disk" in ran.out
    assert bench.live("monitor") == [live]


def test_entries_without_a_target_are_the_only_targets(bench: Workbench) -> None:
    (object_id,) = put(bench, "Disk")
    bench.write("monitors/eks.py", DISK % ("", "disk", "Disk"))
    bench.write("adopt.yaml", f"monitor:eks/disk: {object_id}\n")
    assert bench.plan()["summary"]["adopt"] == 1
    bench.write("ddsync.yaml", TWO)
    ran = bench.ddsync("plan", "--target", "prod", status=1)
    assert "adopt.yaml:1: monitor:eks/disk: an adoption belongs to a target, and there are prod, staging" in ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prdo:\n  monitor:a/b: 1\n", 'expected a target or KIND:KEY, found "prdo". Did you mean prod?'),
        ("prod: 5\n", "expected ids by KIND:KEY"),
        ("prod: {user:a: 1}\n", 'expected KIND:KEY, found "user:a"'),
        ("prod: {monitor:a/../b: 1}\n", "the key 'a/../b' has the part"),
        ("prod: {monitor:a/b: true}\n", "expected the id of a live object, found True"),
    ],
)
def test_a_wrong_adoption_is_told_with_its_line(bench: Workbench, text: str, said: str) -> None:
    bench.write("adopt.yaml", text)
    ran = bench.ddsync("plan", status=1)
    assert said in ran.err
    assert "adopt.yaml:" in ran.err


@pytest.mark.parametrize("limit", ['(targets=("prod",))', '(targets="prod")', '(targets=["prod"])'])
def test_a_definition_is_made_for_the_targets_it_names(bench: Workbench, limit: str) -> None:
    bench.write("ddsync.yaml", TWO)
    bench.write("monitors/eks.py", DISK % (limit, "disk", "Disk"))
    assert (keys(bench, "prod"), keys(bench, "staging")) == ({"eks/disk"}, set())


def test_a_file_limits_all_its_definitions_and_a_definition_says_otherwise(bench: Workbench) -> None:
    bench.write("ddsync.yaml", TWO)
    other = (DISK % ('(targets="staging")', "other", "Other")).partition("define\n")[2]
    bench.write("monitors/eks.py", 'TARGETS = ("prod",)\n' + DISK % ("", "disk", "Disk") + other)
    assert (keys(bench, "prod"), keys(bench, "staging")) == ({"eks/disk"}, {"eks/other"})


def test_a_definition_is_made_for_the_environments_it_names(bench: Workbench) -> None:
    clusters = "clusters:\n  - {name: staging-eu-1, env: staging, team: platform}\n"
    bench.write("ddsync.yaml", SETTINGS.replace("clusters:\n", clusters))
    source = (bench.root / "monitors/eks.py").read_text()
    assert len(keys(bench, "prod")) == 2
    bench.write("monitors/eks.py", source.replace("@define", '@define(envs=("prod",))'))
    assert keys(bench, "prod") == {"eks/cpu-high/prod-eu-1"}


def test_a_service_belongs_to_the_targets_its_file_names(bench: Workbench) -> None:
    bench.write("ddsync.yaml", TWO.replace("packs: []", "packs: [service]"))
    bench.write("monitors/eks.py", "")
    entity = "apiVersion: v3\nkind: service\nmetadata: {name: cart, owner: platform}\n"
    ours = "extensions: {ddsync: {kind: http, operation: flask.request, envs: [prod], targets: [%s]}}\n"
    bench.write("services/cart.yaml", entity + ours % "staging")
    assert keys(bench, "prod") == set()
    assert keys(bench, "staging") != set()
    bench.write("services/cart.yaml", entity + ours % "stagin")
    ran = bench.ddsync("plan", "--target", "prod", status=1)
    assert 'services/cart.yaml:4: no target "stagin" in ddsync.yaml. Did you mean staging?' in ran.err
    bench.write("services/cart.yaml", entity + ours % "")
    bench.ddsync("plan", "--target", "prod", status=1)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("targets=()", "targets names nothing"),
        ("envs=[]", "envs names nothing"),
        ('targets=("prdo",)', 'no target "prdo". Did you mean prod?'),
        ('envs="prodd"', 'no environment "prodd". Did you mean prod?'),
    ],
)
def test_a_limit_that_names_nothing_is_an_error(bench: Workbench, limit: str, said: str) -> None:
    bench.write("monitors/eks.py", DISK % (f"({limit})", "disk", "Disk"))
    ran = bench.ddsync("plan", status=1)
    assert said in ran.err
    assert "monitors/eks.py:5" in ran.err


# Two repositories of one project name


def repository(folder: Path, bench: Workbench, name: str, settings: str = SETTINGS) -> Workbench:
    made = Workbench(folder / name, bench.emulator, bench.environment)
    made.write("ddsync.yaml", settings)
    made.write(f"monitors/{name}.py", DISK % ("", "disk", f"Disk of {name}"))
    return made


def test_two_repositories_of_one_name_delete_nothing_of_each_other(tmp_path: Path) -> None:
    with workbench(tmp_path / "unused") as bench:
        one, other = (repository(tmp_path, bench, name) for name in ("one", "other"))
        one.apply()
        ran = other.apply(status=3)
        assert "this plan deletes every monitor there is (1)" in ran.err
        assert [live["name"] for live in bench.live("monitor")] == ["Disk of one"]


@pytest.mark.parametrize("by", ["id", "remote"])
def test_another_repository_is_told_who_applied_last(tmp_path: Path, by: str) -> None:
    with workbench(tmp_path / "unused") as bench:
        shared = SETTINGS + f"receipts: {tmp_path / 'receipts'}\n"
        made = {}
        for name in ("one", "other"):
            own = shared.replace("project: acme", f"project: acme\nid: repo-{name}") if by == "id" else shared
            made[name] = repository(tmp_path, bench, name, own)
            if by == "remote":
                url = f"https://bot:secret-token@git.example/team/{name}.git"
                made[name].write(".git/config", f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n')
        one, other = made["one"], made["other"]
        one.write("monitors/more.py", "".join(DISK % ("", f"d{n}", f"D {n}") for n in range(30)))
        one.apply()
        receipt = json.loads(next((tmp_path / "receipts").glob("*.json")).read_text())
        assert receipt["repository"] == ("repo-one" if by == "id" else "git.example/team/one")
        other.write("monitors/more.py", "".join(DISK % ("", f"d{n}", f"D {n}") for n in range(30)))
        ran = other.ddsync("plan")
        assert f"who applied to acme/prod last was another repository: {receipt['repository']}" in ran.err
        assert "another repository" in other.apply(status=3).err  # one monitor of thirty-one would go
        assert len(bench.live("monitor")) == 31
        assert one.plan()["changes"] == []


def test_a_worktree_has_the_remote_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / "main/.git/worktrees/w").mkdir(parents=True)
    (tmp_path / "main/.git/config").write_text('[remote "origin"]\n  url = git@git.example:team/one.git\n')
    (tmp_path / "main/.git/worktrees/w/commondir").write_text("../..\n")
    (tmp_path / "w/below").mkdir(parents=True)
    (tmp_path / "w/.git").write_text(f"gitdir: {tmp_path / 'main/.git/worktrees/w'}\n")
    assert repository_of(tmp_path / "w/below", None) == "git.example/team/one"
    assert repository_of(tmp_path / "w/below", "abc") == "abc"


def test_a_new_project_has_an_id_of_its_own(bench: Workbench, tmp_path: Path) -> None:
    found: list[Any] = []
    for name in ("a", "b"):
        bench.ddsync("init", str(tmp_path / name / "same"))
        (line,) = [one for one in (tmp_path / name / "same/ddsync.yaml").read_text().splitlines() if "id: " in one][:1]
        found.append(line)
    assert found[0] != found[1]
