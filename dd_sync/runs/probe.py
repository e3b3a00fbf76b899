"""One probe from the command line: sweep what an earlier run left, experiment, sweep again, report.

A receipt in `.ddsync/probe/` names each object before it is made. A run that is told to stop deletes what it made; what
a killed one leaves is deleted by the next.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DatadogError, Refused, Rejected, UsageError, did_you_mean
from dd_sync.core.references import ObjectId
from dd_sync.datadog.client import Client
from dd_sync.kinds import KINDS
from dd_sync.probe.assumption import Experiment, Verdict
from dd_sync.probe.bench import Ask, Bench, leftovers, probe_name, remove
from dd_sync.probe.of_kind import EXPERIMENTS, USED
from dd_sync.probe.trial import settle
from dd_sync.runs.console import Console
from dd_sync.runs.plan import find_target
from dd_sync.runs.probe_report import Probed, verdict_line
from dd_sync.runs.session import Session, check_ci, connect

FOLDER = ".ddsync/probe"

ANOTHERS_SECONDS = 600
"""An object of an experiment that was changed so lately and stands in no receipt here is of a probe that runs now."""


class Stopped(Exception):
    """The run was told to stop."""


@dataclass(frozen=True)
class ProbeRequest:
    """What the command line asked for."""

    target: str | None = None
    only: Sequence[str] = ()
    clean: bool = False


def run_probe(start: Path, asked: ProbeRequest, tty: Console) -> Probed:
    """Runs the experiments on the sandbox. Raises Refused for a target that is none, before anything is asked."""
    place = find_target(start, asked.target)
    check_ci(tty, asked.target, place.target)
    if not place.target.sandbox:
        text = f"the target {place.name} is no sandbox, and experiments make and delete objects"
        raise Refused(text, hint="mark a target of an account for trying things with sandbox: true in ddsync.yaml")
    chosen = [] if asked.clean else _chosen(asked.only)
    with connect(place.root, place.settings, place.name, place.target, tty) as session:
        return _Probe(session, tty).run(chosen)


def _chosen(only: Sequence[str]) -> Sequence[Experiment]:
    known = {one.id: one for one in EXPERIMENTS}
    for name in only:
        if name not in known:
            raise UsageError(
                f'no experiment "{name}".{did_you_mean(name, known)}', hint="ddsync probe --list names them"
            )
    return [known[name] for name in only] or EXPERIMENTS


@dataclass
class _Probe:
    session: Session
    tty: Console
    stopping: bool = False
    found: list[Verdict] = field(default_factory=list)

    def run(self, chosen: Sequence[Experiment]) -> Probed:
        run = secrets.token_hex(4)
        known = _unfinished(self.session)
        with _receipt(self.session, run) as note, self._stoppable():
            bench = Bench(ask_of(self.session.client, lambda: self.stopping), run, note)
            swept: list[str] = []
            with contextlib.suppress(Stopped):
                try:
                    swept = self._sweep(bench, known)
                    settle(bench, chosen, self._tell)
                finally:
                    left = bench.clear()
        return Probed(
            self.session.name,
            self.session.account.place,
            datetime.now(UTC).isoformat(timespec="seconds"),
            bench.calls,
            self.found,
            swept,
            [f"{kind} {id}" for kind, id in left],
            self.stopping,
        )

    def _tell(self, verdict: Verdict) -> None:
        self.found.append(verdict)
        self.tty.say(verdict_line(verdict))

    def _sweep(self, bench: Bench, known: set[tuple[str, str]]) -> list[str]:
        """Deletes what earlier runs left; what another probe may be at work with is left and told."""
        swept = []
        for kind, live in list(leftovers(bench, USED)):
            id, changed = KINDS[kind].object_id(live), KINDS[kind].modified_at(live)
            ours = not known.isdisjoint({(kind, str(id)), (kind, probe_name(KINDS[kind], live))})
            if not ours and changed is not None and time.time() - changed < ANOTHERS_SECONDS:
                self.tty.say(f"left: {kind} {id} was made minutes ago by another probe")
            elif remove(bench, kind, live):
                swept.append(f"{kind} {id}")
        return swept

    @contextlib.contextmanager
    def _stoppable(self) -> Iterator[None]:
        """SIGINT and SIGTERM end the run after the call that is under way; what it made is deleted."""

        def stop(number: int, frame: object) -> None:
            self.stopping = True
            self.session.client.hasten()

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def ask_of(client: Client, stopping: Callable[[], bool]) -> Ask:
    """Calls over a client, refusals as answers. Raises Stopped in place of a call once the run is told to stop, but for
    deletes."""

    def ask(method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if stopping() and method != "DELETE":
            raise Stopped
        try:
            return 200, client.call(method, path, query, body=body)
        except Rejected as rejected:
            return rejected.status, {"errors": list(rejected.errors)}
        except DatadogError:
            if method == "DELETE":
                return 500, {"errors": ["not deleted"]}
            raise

    return ask


@contextlib.contextmanager
def _receipt(session: Session, run: str) -> Iterator[Callable[[str, str, ObjectId | None, str], None]]:
    """A file that has each deed before the next is begun, readable by its owner alone."""
    folder = session.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{run}.jsonl"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:

        def write(line: Mapping[str, Any]) -> None:
            file.write(json.dumps(line) + "\n")
            file.flush()

        def note(deed: str, kind: str, id: ObjectId | None, name: str) -> None:
            write({"deed": deed, "kind": kind, "id": id, "name": name})

        write({"target": session.name, "account": session.place})
        yield note


def _unfinished(session: Session) -> set[tuple[str, str]]:
    """The objects that receipts of this account say were made and not deleted, by kind and id; those that a killed run
    was about to make by kind and name."""
    found: set[tuple[str, str]] = set()
    for path in sorted((session.root / FOLDER).glob("*.jsonl")):
        head, *deeds = _lines(path) or [{}]
        if head.get("account") != session.place:
            continue
        for deed in deeds:
            name = (str(deed.get("kind")), str(deed.get("id")))
            if deed.get("deed") == "making":
                found.add((name[0], str(deed.get("name"))))
            elif deed.get("deed") == "made":
                found.add(name)
            elif deed.get("deed") == "deleted":
                found.discard(name)
    return found


def _lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a receipt; a killed run may have written half of its last."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return [line for line in found if isinstance(line, dict)]
