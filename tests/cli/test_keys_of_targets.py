"""A target's keys from each of its places, used against a Datadog that takes these keys alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workbench import SETTINGS, Workbench, workbench

API, APP = "00aa11bb22cc33dd44ee55ff66007788", "ff00ee11dd22cc33bb44aa5566778899ff00ee11"
BOTH = json.dumps({"api_key": API, "app_key": APP})

PLACES = {
    "variables": "{api_key: PROD_API_KEY, app_key: PROD_APP_KEY}",
    "command": f"{{credential_command: [{sys.executable}, print_keys.py, '{{target}}']}}",
    "files": "{files: 'secrets/{target}.json'}",
}


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Workbench]:
    """A Datadog for one pair of keys, and a project that knows it by its address."""
    with workbench(tmp_path, api_keys={API}, app_keys={APP}) as bench:
        url = bench.environment.pop("DD_HOST")
        bench.environment = {"NO_COLOR": "1"}
        bench.write("url", url)
        bench.write("print_keys.py", f"import sys\nopen('asked', 'a').write(sys.argv[1])\nprint({BOTH!r})\n")
        bench.write("secrets/prod.json", BOTH)
        yield bench


def use(bench: Workbench, keys: str, more: str = "") -> None:
    url = (bench.root / "url").read_text()
    defaults = f"defaults:\n  keys: {keys}\n{more}"
    bench.write("ddsync.yaml", SETTINGS.replace("prod: {site: datadoghq.eu}", f"prod: {{url: '{url}'}}") + defaults)


@pytest.mark.parametrize("place", PLACES)
def test_keys_come_from_the_place_that_is_named(strict: Workbench, place: str) -> None:
    use(strict, PLACES[place])
    ran = strict.ddsync("apply", "--yes", PROD_API_KEY=API, PROD_APP_KEY=APP)
    assert len(strict.live("monitor")) == 1
    assert not any(key in ran.out + ran.err for key in (API, APP))


def test_a_command_is_told_its_target_and_asked_once_a_run(strict: Workbench) -> None:
    use(strict, PLACES["command"])
    strict.ddsync("plan")
    assert (strict.root / "asked").read_text() == "prod"


@pytest.mark.parametrize(
    "command",
    [
        ("validate",),
        ("render", "--out", "rendered"),
        ("render", "--catalogue"),
        ("explain", "eks/cpu-high/prod-eu-1"),
        ("schema",),
        ("history",),
        ("coverage",),
        ("codeowners",),
        ("query", "avg(last_5m):avg:x{*} > 1"),
    ],
)
def test_commands_without_keys_never_run_it(strict: Workbench, command: tuple[str, ...]) -> None:
    use(strict, PLACES["command"])
    strict.ddsync(*command, status=None)
    assert not (strict.root / "asked").exists()


def test_with_dd_host_the_keys_are_the_environments_and_nothing_runs(strict: Workbench) -> None:
    use(strict, PLACES["command"])
    url = (strict.root / "url").read_text()
    strict.ddsync("plan", DD_HOST=url, DD_API_KEY=API, DD_APP_KEY=APP)
    assert not (strict.root / "asked").exists()


def test_wrong_keys_from_a_file_are_refused_unseen(strict: Workbench) -> None:
    wrong = "99887766554433221100ffeeddccbbaa"
    strict.write("secrets/prod.json", json.dumps({"api_key": wrong, "app_key": APP}))
    use(strict, PLACES["files"])
    ran = strict.ddsync("plan", status=1)
    assert "403" in ran.err
    assert wrong not in ran.out + ran.err


def test_a_missing_file_is_told_with_the_line_of_the_setting(strict: Workbench) -> None:
    use(strict, "{files: /run/secrets/none}")
    ran = strict.ddsync("plan", status=1)
    line = (strict.root / "ddsync.yaml").read_text().splitlines().index("  keys: {files: /run/secrets/none}") + 1
    assert ran.err.startswith(f"ddsync.yaml:{line}: there is no file /run/secrets/none")


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), ("no certificate", "no certificate")])
def test_certificates_that_are_none_are_told_with_the_line(strict: Workbench, content: str | None, why: str) -> None:
    if content:
        strict.write("ca.pem", content)
    use(strict, PLACES["files"], "  ca_file: ca.pem\n")
    ran = strict.ddsync("plan", status=1)
    assert "ca_file" in ran.err
    assert why in ran.err
    assert ran.err.startswith("ddsync.yaml:")
