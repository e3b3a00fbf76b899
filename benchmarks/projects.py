"""Projects of any size to measure on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Size:
    """How many objects a project has; dashboards have 20 widgets each."""

    monitors: int
    dashboards: int
    slos: int

    @property
    def objects(self) -> int:
        return self.monitors + self.dashboards + self.slos


USUAL = Size(5000, 500, 500)

_MONITORS = '''\
from collections.abc import Iterator

from dd_sync import Monitor, Number, define


@define
def many(*, critical: Number = 90) -> Iterator[Monitor]:
    """A node has no processor time left.

    First step: `kubectl top nodes`, then what runs on it.
    """
    for n in range({monitors}):
        yield Monitor(
            key=f"n{{n}}",
            name=f"[bench] CPU of group {{n}} above {{critical}} %",
            query=f"avg(last_5m):avg:system.cpu.user{{{{group:{{n}}}}}} by {{{{host}}}} > {{critical}}",
            warning=0.8 * critical,
            critical_recovery=0.7 * critical,
            on_missing_data="resolve",
            priority=3,
            tags=[f"group:{{n}}", "team:bench"],
        )
'''
_SLOS = '''\
from collections.abc import Iterator

from dd_sync import SLO, define


@define
def many() -> Iterator[SLO]:
    """Requests answered without an error."""
    for n in range({slos}):
        yield SLO(
            key=f"n{{n}}",
            name=f"[bench] availability {{n}}",
            numerator=f"sum:http.ok{{{{group:{{n}}}}}}.as_count()",
            denominator=f"sum:http.all{{{{group:{{n}}}}}}.as_count()",
            target=99.9,
            warning=99.95,
        )
'''
_DASHBOARDS = '''\
from collections.abc import Iterator

from dd_sync import Dashboard, Timeseries, define


@define
def many() -> Iterator[Dashboard]:
    """One look at a group."""
    for n in range({dashboards}):
        yield Dashboard(
            key=f"n{{n}}",
            title=f"[bench] group {{n}}",
            widgets=[
                Timeseries(title=f"Graph {{w}}", requests=[f"avg:system.load.{{w}}{{{{group:{{n}}}}}} by {{{{host}}}}"])
                for w in range(20)
            ],
        )
'''


def write_project(root: Path, size: Size) -> None:
    """A project that defines that many objects with `@define` functions; no file for what there is none of."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "ddsync.yaml").write_text("project: bench\npacks: []\ntargets: {prod: {}}\n")
    parts = (("monitors", _MONITORS, size.monitors), ("slos", _SLOS, size.slos))
    for folder, text, number in (*parts, ("dashboards", _DASHBOARDS, size.dashboards)):
        file = root / folder / "bench.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.format(**{folder: number})) if number else file.unlink(missing_ok=True)


def write_services(root: Path, number: int) -> None:
    """A project with that many service files and the service pack at its core level."""
    (root / "services").mkdir(parents=True, exist_ok=True)
    (root / "ddsync.yaml").write_text(
        'project: bench\npacks: {service: core}\nteams: {bench: {page: "@pagerduty-bench"}}\ntargets: {prod: {}}\n'
    )
    for n in range(number):
        (root / f"services/s{n}.yaml").write_text(
            f"apiVersion: v3\nkind: service\nmetadata: {{name: s{n}, owner: bench}}\n"
            'spec: {tier: "2", languages: [python]}\n'
            "extensions: {ddsync: {kind: http, operation: fastapi.request, envs: [prod]}}\n"
        )
