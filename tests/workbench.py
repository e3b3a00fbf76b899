"""A project in a folder of its own, a Datadog beside it, and the command line to run between the two."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dd_sync.cli import run
from dd_sync.emulator import Emulator, running

API_KEY = "0123456789abcdef0123456789abcdef"
APP_KEY = "fedcba9876543210fedcba9876543210fedcba98"

SETTINGS = """\
project: acme
packs: []
teams:
  platform: {page: "@pagerduty-platform", tell: "@slack-platform"}
clusters:
  - {name: prod-eu-1, env: prod, team: platform}
targets:
  prod: {site: datadoghq.eu}
"""

MONITOR = '''\
from dd_sync import Cluster, Monitor, Number, define


@define
def cpu_high(cluster: Cluster, *, critical: Number = 90, minutes: int = 5) -> Monitor:
    """Nodes of {cluster.name} have no processor time left.

    First step: `kubectl top nodes`.
    """
    return Monitor(
        name="[EKS] CPU above {critical}% on {cluster.name}",
        query=f"avg(last_{minutes}m):avg:system.cpu.user{cluster.scope()} by {{host}} > {critical}",
        warning=0.8 * critical,
        priority=2,
    )
'''


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Workbench:
    """A project at `root`; commands talk to `emulator` over HTTP."""

    root: Path
    emulator: Emulator
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def ddsync(self, *arguments: str, status: int | None = 0, **environment: str) -> Ran:
        """Runs one command; `status` None accepts any exit status."""
        out, err = io.StringIO(), io.StringIO()
        with (
            _environment({**self.environment, **environment}),
            contextlib.chdir(self.root),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            ended = run(list(arguments))
        ran = Ran(ended, out.getvalue(), err.getvalue())
        assert "Traceback" not in ran.err, ran.err
        assert status is None or ended == status, f"exit status {ended}\n{ran.out}\n{ran.err}"
        return ran

    def plan(self, *arguments: str) -> Any:
        """The plan as JSON."""
        return self.ddsync("plan", "--format", "json", *arguments).json

    def apply(self, *arguments: str, status: int | None = 0) -> Ran:
        return self.ddsync("apply", "--yes", *arguments, status=status)

    def live(self, kind: str) -> list[dict[str, Any]]:
        return self.emulator.objects(kind)


@contextlib.contextmanager
def workbench(root: Path, **settings: Any) -> Iterator[Workbench]:
    """A project with one cluster and one monitor, and an empty Datadog."""
    with running(**settings) as served:
        environment = {"DD_HOST": served.url, "DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY, "NO_COLOR": "1"}
        bench = Workbench(root, served.emulator, environment)
        bench.write("ddsync.yaml", SETTINGS)
        bench.write("monitors/eks.py", MONITOR)
        yield bench


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Exactly these of the variables ddsync reads."""
    read = [name for name in os.environ if name.startswith("DD_") or name in ("CI", "NO_COLOR", "FORCE_COLOR")]
    before = {name: os.environ.pop(name) for name in read}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)
        os.environ.update(before)
