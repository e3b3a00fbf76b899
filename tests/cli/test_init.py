"""`ddsync init`: what it writes, what it refuses, and that an installed wheel plans in what it wrote."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import sysconfig
import tarfile
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dd_sync import __version__
from tests.workbench import Workbench

ROOT = Path(__file__).parent.parent.parent


def test_a_new_project_has_the_files_a_team_needs(bench: Workbench) -> None:
    ran = bench.ddsync("init", "shop")
    assert "cd shop && ddsync plan" in ran.out
    for name in (
        "ddsync.yaml",
        "README.md",
        "Makefile",
        ".gitignore",
        ".gitlab-ci.yml",
        ".github/workflows/ddsync.yml",
    ):
        assert (bench.root / "shop" / name).is_file()
    assert yaml.safe_load((bench.root / "shop/ddsync.yaml").read_text())["project"] == "shop"
    assert f"ddsync=={__version__}" in (bench.root / "shop/requirements.txt").read_text()


def test_a_new_project_plans_applies_and_is_done(bench: Workbench) -> None:
    bench.ddsync("init", "shop")
    bench.root = bench.root / "shop"
    first = bench.plan()
    assert first["project"] == "shop"
    assert {change["action"] for change in first["changes"]} == {"create"}
    assert {change["key"].split("/")[0] for change in first["changes"]} == {"eks", "mongodb", "service", "example"}
    bench.apply()
    assert bench.plan()["changes"] == []


def test_the_example_service_shows_a_number_of_its_own(bench: Workbench) -> None:
    bench.ddsync("init", "shop")
    bench.root = bench.root / "shop"
    shown = bench.ddsync("explain", "service/error-rate/example/prod").out
    assert "critical  3 (default —)  services/example.yaml:20" in shown, "the pack's own number follows the tier"
    assert "thresholds    critical 3 " in shown


def test_the_example_service_says_which_number_it_replaces(bench: Workbench) -> None:
    bench.ddsync("init", "shop")
    bench.root = bench.root / "shop"
    file = bench.root / "services/example.yaml"
    own = "      error-rate: {critical: 3}  # percent, instead of the pack's 2\n"
    assert own in file.read_text()
    file.write_text(file.read_text().replace("    monitors:\n" + own, ""))
    assert "thresholds    critical 2 " in bench.ddsync("explain", "service/error-rate/example/prod").out


@pytest.mark.parametrize("name", ["Acme Shop", "acme_shop", "x"])
def test_the_folder_names_the_project_as_far_as_a_key_can_hold_it(bench: Workbench, name: str) -> None:
    bench.ddsync("init", name)
    bench.root = bench.root / name
    assert bench.plan()["project"] == name.lower().replace(" ", "-")


def test_a_folder_with_anything_in_it_is_refused_and_left(bench: Workbench) -> None:
    bench.write("shop/notes.txt", "mine")
    ran = bench.ddsync("init", "shop", status=64)
    assert "shop is not empty; nothing was written" in ran.err
    assert [path.name for path in (bench.root / "shop").iterdir()] == ["notes.txt"]


def test_a_file_in_the_way_is_refused(bench: Workbench) -> None:
    bench.write("shop", "mine")
    assert "shop is a file" in bench.ddsync("init", "shop", status=64).err


def test_an_empty_folder_is_as_good_as_none(bench: Workbench) -> None:
    (bench.root / "shop").mkdir()
    bench.ddsync("init", "shop")
    assert (bench.root / "shop/ddsync.yaml").is_file()


def jobs(root: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every job of a new project's workflows: the file's name, its own, itself."""
    for path in sorted((root / ".github/workflows").glob("*.yml")):
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            yield path.stem, name, job


def test_the_workflows_never_run_the_code_of_a_pull_request_beside_keys(bench: Workbench) -> None:
    bench.ddsync("init", "shop")
    found = list(jobs(bench.root / "shop"))
    for file, name, job in found:
        for step in job["steps"]:
            run = step.get("run", "")
            with_keys = "secrets." in yaml.safe_dump([step, job.get("env")])
            if run.startswith(("ddsync plan", "ddsync apply", "ddsync drift")):
                assert "--rendered rendered" in run, (file, name)
            if run.startswith(("python -m pytest", "ddsync render", "ddsync validate")):
                assert not with_keys, (file, name)
    keyed = {(file, name) for file, name, job in found if "secrets." in yaml.safe_dump(job)}
    assert keyed == {("ddsync", "apply"), ("ddsync-plan", "plan"), ("ddsync-drift", "drift")}
    assert all("environment" in job for file, name, job in found if (file, name) in keyed)
    apply = next(job for _, name, job in found if name == "apply")
    assert apply["concurrency"]["cancel-in-progress"] is False
    assert apply["if"].startswith("github.event_name == 'push'")


def test_what_plans_a_pull_request_with_keys_is_the_main_branchs_own(bench: Workbench) -> None:
    bench.ddsync("init", "shop")
    text = (bench.root / "shop/.github/workflows/ddsync-plan.yml").read_text()
    assert set(yaml.load(text, yaml.BaseLoader)["on"]) == {"workflow_run"}
    assert "ref:" not in text


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs programs of a virtual environment in which the built wheel of this checkout is installed.

    What ddsync needs comes from the environment of these tests, so that no index is asked.
    """
    if importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("editables") is None:
        pytest.skip("hatchling is not installed, and building would have to fetch it")
    if importlib.util.find_spec("pip") is None:
        pytest.skip("pip is not installed here")
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    _run([*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder)], folder)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv/bin/python"
    (wheel,) = folder.glob("*.whl")
    _run([*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)], folder)
    (site,) = (folder / "venv/lib").glob("python*/site-packages")
    # A path in a .pth file is searched, and the .pth files in it are not read: the editable ddsync stays out.
    (site / "behind.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return _run([str(folder / "venv/bin" / words[0]), *words[1:]], cwd)

    return run


def _run(words: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done


Installed = Callable[..., subprocess.CompletedProcess[str]]


def test_an_installed_wheel_plans_in_a_new_project_at_once(installed: Installed, tmp_path: Path) -> None:
    where = installed("python", "-c", "import dd_sync; print(dd_sync.__file__)", cwd=tmp_path).stdout
    assert str(ROOT) not in where
    installed("ddsync", "init", "acme", cwd=tmp_path)
    acme = tmp_path / "acme"
    assert "0 to update · 0 to delete · 0 unchanged" in installed("ddsync", "plan", cwd=acme).stdout
    installed("ddsync", "apply", "--yes", cwd=acme)
    assert "nothing to change" in installed("ddsync", "plan", cwd=acme).stdout


def test_an_installed_wheel_brings_what_a_projects_tests_need(installed: Installed, tmp_path: Path) -> None:
    installed("ddsync", "init", "acme", cwd=tmp_path)
    ran = installed("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=tmp_path / "acme")
    assert "3 passed" in ran.stdout


def test_what_a_new_project_needs_is_in_the_source_archive_too(tmp_path: Path) -> None:
    """A wheel is often built from that, and the folder .github of this repository is left out of it."""
    pytest.importorskip("hatchling")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as found:
        names = {name.partition("/")[2] for name in found.getnames()}
    template = "dd_sync/project/template"
    files = [path for path in (ROOT / template).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len(files) > 10
    assert {path.relative_to(ROOT).as_posix() for path in files} <= names


def test_the_wheel_holds_one_package(installed: Installed, tmp_path: Path) -> None:
    code = "import importlib.metadata as m; print(*{str(f).split('/')[0] for f in m.files('ddsync')})"
    names = set(installed("python", "-c", code, cwd=tmp_path).stdout.split())
    assert names - {"..", f"ddsync-{__version__}.dist-info"} == {"dd_sync"}
