"""The rules of the house, kept by reading the code: who may import whom, how long things may be, what is public."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dd_sync
from dd_sync.kinds import widgets
from tests.kind_names import kind_choices

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dd_sync"
TEMPLATE = PACKAGE / "project/template"
"""What `ddsync init` writes: a user's files, not the house's."""

ROOMS = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}

MAY_IMPORT = {
    "core": {"core"},
    "query": {"query", "core"},
    "disk": {"disk", "core"},
    "kinds": {"kinds", "core", "query"},
    "evaluate": {"evaluate", "kinds", "core", "query"},
    "rules": {"rules", "kinds", "core", "query"},
    "definitions": {"definitions", "rules", "kinds", "core", "query"},
    "project": {"project", "definitions", "rules", "kinds", "core", "query", "packs", "disk"},
    "importing": {"importing", "definitions", "kinds", "core", "query"},
    "terraform": {"terraform", "importing", "definitions", "kinds", "core", "query"},
    "datadog": {"datadog", "core", "kinds", "query", "rules", "disk"},
    "emulator": {"emulator", "evaluate", "core", "kinds", "query", "rules", "disk"},
    "discover": {"discover", "core", "kinds", "query"},
    "reports": {"reports", "core", "kinds", "query", "rules"},
    "pull_requests": {"pull_requests", "core", "kinds", "query"},
    "gameday": {"gameday", "project", "definitions", "rules", "evaluate", "kinds", "core", "query"},
    "history": {"history", "evaluate", "datadog", "rules", "kinds", "core", "query"},
    "probe": {"probe", "datadog", "rules", "kinds", "core", "query"},
    "packs": set(),
    "runs": ROOMS - {"cli"},
    "cli": ROOMS,
    "testing": ROOMS - {"cli"},
}

THIRD_PARTY = {"core": {"pydantic", "deepdiff"}, "query": {"pydantic"}}
"""Beside the standard library; other rooms choose freely."""

EDGES = {"cli", "runs", "datadog", "emulator", "project", "pull_requests", "testing"}
"""Only these touch the environment, the network or the clock."""

WORLDLY = {"os.environ", "os.getenv", "time.time", "time.monotonic", "time.sleep", "datetime.now", "socket.socket"}

LONGEST_MODULE = 300
LONGEST_FUNCTION = 55


def modules(*rooms: str) -> list[Path]:
    found = sorted(path for path in PACKAGE.rglob("*.py") if TEMPLATE not in path.parents)
    return [path for path in found if not rooms or room(path) in rooms]


def packs() -> list[Path]:
    return sorted(path for folder in ("monitors", "slos", "dashboards") for path in (ROOT / folder).rglob("*.py"))


def room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports(path: Path) -> Iterator[str]:
    """Every module imported, wherever in the file; `from package import module` is the module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if _is_module(inner) else node.module


def _is_module(dotted: str) -> bool:
    path = ROOT / Path(*dotted.split("."))
    return dotted.startswith("dd_sync.") and (path.with_suffix(".py").is_file() or (path / "__init__.py").is_file())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_room_has_its_line_in_the_import_rule() -> None:
    assert MAY_IMPORT.keys() & ROOMS == ROOMS
    assert MAY_IMPORT.keys() >= ROOMS


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_rooms_import_only_what_they_may(path: Path) -> None:
    if not room(path):
        return
    wanted = {name.split(".")[1] for name in imports(path) if name.startswith("dd_sync.")}
    assert not (wanted & ROOMS) - MAY_IMPORT[room(path)]


@pytest.mark.parametrize("path", modules("core", "query"), ids=name_of)
def test_core_and_query_need_little_beside_the_standard_library(path: Path) -> None:
    others = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"dd_sync"}
    assert others <= THIRD_PARTY[room(path)]


@pytest.mark.parametrize("path", [path for path in modules() if room(path) not in EDGES | {""}], ids=name_of)
def test_only_the_edges_touch_the_world(path: Path) -> None:
    used = {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not used & WORLDLY


def test_there_is_no_import_cycle_of_any_sort() -> None:
    graph = {_dotted(path): {name for name in imports(path) if name.startswith("dd_sync")} for path in modules()}
    graph = {name: {_known(other, graph) for other in others} - {name, ""} for name, others in graph.items()}
    importlib.import_module("graphlib").TopologicalSorter(graph).prepare()


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _known(name: str, graph: dict[str, set[str]]) -> str:
    """The module of an import. The two lazy front doors are left out: they name everything and load nothing."""
    found = name if name in graph else name.rpartition(".")[0]
    return "" if found in ("dd_sync", "dd_sync.kinds.widgets") else found


@pytest.mark.parametrize("path", [*modules(), *packs()], ids=name_of)
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert code_lines(text, tree) <= LONGEST_MODULE, "split it where a second reader would get lost"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, f"{node.name} is too long: take it apart"


def code_lines(text: str, tree: ast.Module) -> int:
    """The lines of a module less blanks, comments and docstrings."""
    prose = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and n not in prose for n, line in lines)


CLI_FILES, CLI_LINES = 50, 120
"""One file a command, which turns words into one run and an exit status; what it does stands in `runs/`."""


MIRRORED = ("core", "kinds", "query", "rules", "project")
"""The rooms in which every module has a file of tests under its own name."""

UNMIRRORED = {"core/port.py": "a protocol: types alone"}


@pytest.mark.parametrize("room", MIRRORED)
def test_every_module_of_the_inner_rooms_has_tests_under_its_name(room: str) -> None:
    missing = []
    for path in sorted((ROOT / "dd_sync" / room).rglob("*.py")):
        place = path.relative_to(ROOT / "dd_sync")
        if path.name != "__init__.py" and "template" not in place.parts and place.as_posix() not in UNMIRRORED:
            test = ROOT / "tests" / place.with_name(f"test_{path.name}")
            missing += [] if test.is_file() else [f"dd_sync/{place}: write {test.relative_to(ROOT)}"]
    assert missing == [], "a module without tests of its own: " + "; ".join(missing)


def test_the_command_line_is_words_alone() -> None:
    files = modules("cli")
    assert len(files) <= CLI_FILES
    long = [path.name for path in files if len(path.read_text().splitlines()) > CLI_LINES]
    assert long == [], "move what it does into runs/"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_opens_with_its_promise(path: Path) -> None:
    if path.read_text().strip():
        assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"


def test_no_module_is_a_drawer_for_anything() -> None:
    assert not {path.stem for path in modules()} & {"utils", "helpers", "common", "manager", "misc"}


MAY_CHOOSE_BY_KIND = {
    "kinds": "where kinds are",
    "reports/of_kind": "what reports say of one kind",
    "importing/of_kind": "how one kind is written as a definition",
    "probe/of_kind": "experiments on objects of each kind",
    "emulator": "a store for each kind, which answers as Datadog does",
    "rules": "what Datadog refuses of each kind",
    "terraform/conversion.py": "which kind a type of Terraform's is",
    "query": "its types of queries are words of its own",
    "core/coverage.py": "`slo` is an aspect of a service",
    "reports/boards.py": "`slo` is a type of widget",
    "history/events.py": "`monitor` is a field of an alert event",
}
"""Rooms and files whose code may name a kind, and why."""


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_nothing_outside_kinds_chooses_by_the_kind(path: Path) -> None:
    place = path.relative_to(PACKAGE)
    if not any(place.is_relative_to(room) for room in MAY_CHOOSE_BY_KIND):
        found = [f"{name_of(path)}:{line}: {text}" for line, text in kind_choices(path.read_text())]
        assert not found, f"make it a question of Kind (docs/contributing/kind.md): {found}"


@pytest.mark.parametrize(
    "code",
    [
        'change.kind == "monitor"',
        'name in ("slo", "dashboard")',
        'PARTS = {"notification-rule": 1}',
        'FEW = frozenset({"downtime"})',
        "match name:\n    case 'slo':\n        pass",
        "match name:\n    case 'slo' | 'other':\n        pass",
        'KINDS["monitor"]',
        'store.all("dashboard")',
        'names.get(kind="slo")',
        'key.startswith("monitor:")',
        'f"${{slo:{key}}}"',
        "change.kind == Monitor.kind",
        "change.kind == dd_sync.SLO.kind",
        "change.kind == slo.KIND.name",
        "isinstance(made, (SLO, int))",
        "issubclass(definition.returns, Monitor)",
        "isinstance(kind, MonitorKind)",
        "match made:\n    case Dashboard():\n        pass",
        'kind.endpoint.path == "/api/v1/monitor"',
    ],
)
def test_a_choice_by_kind_is_seen_in_every_spelling(code: str) -> None:
    assert list(kind_choices(code))


@pytest.mark.parametrize(
    "code",
    ['"""A monitor."""', 'payload.get("monitor_ids")', 'say("monitors and SLOs")', "Monitor(name=name)", "a.kind"],
)
def test_talk_of_monitors_is_no_choice(code: str) -> None:
    assert not list(kind_choices(code))


def test_the_front_door_names_what_it_opens() -> None:
    assert [name for name in dd_sync.__all__ if not hasattr(dd_sync, name)] == []
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    typed = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dd_sync.")
        for alias in node.names
    }
    assert typed == set(dd_sync.__all__)
    inner = {"TYPES", "placed", "typed", "Verbatim", "WidgetsLike"}
    assert set(widgets.__all__) - inner <= set(dd_sync.__all__)


def test_opening_the_front_door_loads_nothing_heavy() -> None:
    code = "import sys; from dd_sync.cli.app import app; app([]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pydantic", "yaml", "deepdiff", "datadog_api_client", "urllib3", "rich", "jinja2", "requests", "uvicorn"}
    assert not heavy & set(done.stdout.split())


FORBIDDEN = (r"/work/", r"\.\./shared", r"\bpypi\.org\b", r"\bLLM\b", r"\bClaude\b", r"\bChatGPT\b")


def test_the_project_speaks_of_itself_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    names = [name for name in listed if name and Path(name).suffix in (".py", ".md", ".yaml", ".yml", ".toml", ".html")]
    allowed = {".ci/run", "tests/test_house.py"}
    for name in names:
        if name in allowed or not (ROOT / name).is_file():
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        for pattern in FORBIDDEN:
            assert not re.search(pattern, text), f"{name} says {pattern}"
