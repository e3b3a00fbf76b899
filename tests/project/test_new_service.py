"""Where a service file goes, and that it is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DdsyncError, DefinitionError
from dd_sync.project.new_service import check_free, place_of, read_as_if, try_service, write_new
from dd_sync.project.project import load_project
from dd_sync.project.settings import Settings
from tests.cli.shop import furnish
from tests.workbench import Workbench

MAILER = """\
apiVersion: v3
kind: service
metadata: {name: mailer, owner: checkout}
extensions: {ddsync: {kind: worker, envs: [prod]}}
"""


@pytest.mark.parametrize(
    ("patterns", "place"),
    [
        (["services/*.yaml"], "services/cart.yaml"),
        (["inventory/**/*.yml"], "inventory/cart.yml"),
        (["../other/services/*.yaml", "apps/*/service.yaml"], "apps/cart/service.yaml"),
        (["/srv/*.yaml"], "services/cart.yaml"),
        (["services/one.yaml"], "services/cart.yaml"),
        (["team-[ab]/*.yaml", "s/*.yaml"], "s/cart.yaml"),
        (["catalog.json"], "services/cart.yaml"),
    ],
)
def test_a_file_goes_where_the_project_looks_for_it(patterns: list[str], place: str) -> None:
    assert place_of(Settings(project="acme", services=patterns), "cart") == place


def test_what_a_file_brings_is_what_was_not_there_before(bench: Workbench) -> None:
    project = load_project(furnish(bench).root)
    brought = try_service(project, {"services/mailer.yaml": MAILER})
    assert [one.key for one in brought.new] == ["service/restarts/mailer/prod"]
    assert (list(brought.changed), brought.envs) == ([], ["prod"])
    assert not (bench.root / "services").exists()


def test_an_error_in_the_file_names_its_own_line(bench: Workbench) -> None:
    project = load_project(furnish(bench).root)
    with pytest.raises(DefinitionError, match=r"services/mailer.yaml:4: extensions\.ddsync|services/mailer.yaml:4: "):
        try_service(project, {"services/mailer.yaml": MAILER.replace("worker", "wroker")})


def test_a_project_that_is_wrong_already_says_so_itself(bench: Workbench) -> None:
    furnish(bench).write("services/other.yaml", MAILER.replace("mailer", "other").replace("checkout", "nobody"))
    with pytest.raises(DefinitionError, match=r"^services/other.yaml:3: no team"):
        try_service(load_project(bench.root), {"services/mailer.yaml": MAILER})


def test_two_files_of_one_name_are_refused_before_anything_is_written(bench: Workbench) -> None:
    with pytest.raises(DefinitionError, match=r"is at a\.yaml:3 too"):
        read_as_if({"a.yaml": MAILER, "b.yaml": MAILER})


def test_a_service_of_another_file_takes_the_name(bench: Workbench) -> None:
    furnish(bench).write("services/all.yaml", MAILER)
    with pytest.raises(DefinitionError, match=r"services/all\.yaml:3"):
        check_free(load_project(bench.root), "mailer")


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("mine")
    with pytest.raises(DdsyncError, match=r"b\.yaml: File exists; nothing was written"):
        write_new(tmp_path, {"a.yaml": "new", "b.yaml": "new"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.yaml"]
    assert (tmp_path / "b.yaml").read_text() == "mine"
