"""No secret is ever shown: planted in the environment, in files of keys, in addresses, in definitions, in live objects
and in what Datadog answers, none of them comes out of any command.

A command that is added has to be added here.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dd_sync.cli import run
from dd_sync.emulator.answers import Refusal
from dd_sync.kinds.permissions import COMMANDS
from tests.pull_requests.server import TOKEN, Served, served
from tests.workbench import SETTINGS, Workbench, workbench

API, APP = "5ec2e7a0" * 4, "0f5ec2e7" * 5
VARIABLES = {
    "GITHUB_TOKEN": TOKEN,
    "AWS_SECRET_ACCESS_KEY": "planted/in+the/environment0aws",
    "SLACK_BOT_TOKEN": "planted-in-the-environment-slack",
    "DB_PASSWORD": 'planted in the environment & "quoted"',
}
KEYS = (API, APP, *VARIABLES.values())
"""These come out nowhere at all."""

WEBHOOK = "https://hooks.slack.com/services/T0PLANTED/B0PLANTED/planted0hook"
CONTENT = ("planted0hook", "planted0token", "planted0word", "planted0live", "planted0fleet")
"""What stands in definitions and in Datadog, which is masked wherever people read it."""

PROSE = f"Tell {WEBHOOK} with token=planted0token, at https://bot:planted0word@ci.example.com/run."

MONITORS = f'''\
from dd_sync import Cluster, Monitor, Service, define


@define
def cpu_high(cluster: Cluster) -> Monitor:
    """Nodes of {{cluster.name}} have no processor time left.

    {PROSE}
    """
    query = f"avg(last_5m):avg:cpu{{cluster.scope()}} > 90"
    return Monitor(name="CPU of {{cluster.name}}, {WEBHOOK}", query=query, priority=2)


@define
def errors(service: Service) -> Monitor:
    """Errors of {{service.name}}. {PROSE}"""
    return Monitor(name="Errors", query=f"sum(last_5m):sum:errors{{service.scope()}}.as_count() > 5", priority=2)
'''

SLOS = f'''\
from dd_sync import SLO, define


@define
def availability() -> SLO:
    """Requests that succeed. {PROSE}"""
    good, every = "sum:requests.good{{*}}.as_count()", "sum:requests.all{{*}}.as_count()"
    return SLO(name="Availability", target=99.9, numerator=good, denominator=every)
'''

DASHBOARDS = f'''\
from dd_sync import Dashboard, define


@define
def board() -> Dashboard:
    """A note."""
    note = {{"definition": {{"type": "note", "content": "{PROSE}"}}}}
    return Dashboard.from_api({{"title": "Board {WEBHOOK}", "layout_type": "ordered", "widgets": [note]}})
'''

SERVICE = f"""\
apiVersion: v3
kind: service
metadata:
  name: cart
  owner: platform
  links: [{{name: hook, type: other, url: "{WEBHOOK}"}}]
extensions:
  ddsync: {{kind: http, operation: http.request, envs: [prod]}}
"""

MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: fleet, labels: {app: fleet}}
spec:
  selector: {matchLabels: {app: fleet}}
  template:
    metadata: {labels: {app: fleet}}
    spec:
      containers:
        - name: main
          image: registry.example.com/fleet:1
          ports: [{containerPort: 8080}]
          env:
            - {name: MONGODB_URI, value: "mongodb://fleet:planted0fleet@orders-rs0.example.com:27017/fleet"}
            - {name: API_TOKEN, value: planted0fleet}
"""

STATE = {
    "values": {
        "root_module": {
            "resources": [
                {
                    "address": "datadog_monitor.cpu",
                    "mode": "managed",
                    "type": "datadog_monitor",
                    "name": "cpu",
                    "values": {
                        "id": "1",
                        "name": f"CPU {WEBHOOK}",
                        "type": "metric alert",
                        "query": "avg(last_5m):avg:cpu{*} > 1",
                        "message": PROSE,
                    },
                }
            ]
        }
    }
}

SERIES = json.dumps({"metric": "cpu", "tags": ["token:planted0token", "host:a"], "points": [[1780272000, 95]]})

KEY = "eks/cpu-high/prod-eu-1"
Words = tuple[str, ...]

RUNS: dict[str, tuple[Words, ...]] = {
    "plan": (
        ("plan",),
        *(("plan", "--format", form) for form in ("json", "markdown", "html")),
        ("plan", "--format", "html", "--out", "reports/plan.html"),
        ("plan", "--save", "plan.json", "--log-format", "json"),
    ),
    "apply": (
        ("apply", "--yes", "--emit-event"),
        ("apply", "--yes", "--format", "json", "--drift", "revert", "--log-format", "json"),
    ),
    "drift": (("drift",), ("drift", "--format", "json")),
    "absorb": (("absorb", KEY),),
    "undo": (("apply", "--yes", "--drift", "revert"), ("undo", "last", "--yes")),
    "release": (("release", "--yes", KEY), ("release", "--yes", "monitor:1")),
    "import": (("import", "--all", "--out", "imported"), ("import", "--all", "--out", "more", "--format", "json")),
    "validate": tuple(("validate", "--format", form) for form in ("text", "json", "sarif", "junit")),
    "validate --online": (("validate", "--online", "--all"),),
    "render": (("render", "--out", "rendered"), ("render", "--out", "reports", "--catalogue"), ("render", "--check")),
    "query": (("query", "avg(last_5m):avg:cpu{*} > 1"), ("query", f"avg:cpu{{{WEBHOOK}}} token=planted0token")),
    "explain": (("explain", KEY), ("explain", "service/*")),
    "schema": (("schema",), ("schema", "--out", "reports")),
    "new-service": (("new-service", "fleet", "--from", "fleet.yaml", "--team", "platform"),),
    "discover": (("discover", "fleet.yaml"), ("discover", "fleet.yaml", "--format", "json")),
    "coverage": (("coverage",), ("coverage", "--format", "json"), ("coverage", "--manifests", "fleet.yaml")),
    "history": (("history",), ("history", "last"), ("history", "--format", "json")),
    "comment": (("plan", "--save", "plan.json"), ("comment", "plan.json")),
    "init": (("init", "new"),),
    "eject": (("eject", "monitors/mongodb"),),
    "preview": (("preview", "--port", "{taken}"),),
    "preview --live": (("preview", "--live", "--port", "{taken}"),),
    "codeowners": (("codeowners",),),
    "policy": (("plan", "--save", "plan.json"), ("policy", "plan.json")),
    "import-terraform": (("import-terraform", "state.json"),),
    "inventory lock": (("inventory", "lock"),),
    "doctor": (("doctor",), ("doctor", "--format", "json")),
    "backtest": (
        ("backtest", KEY, "--days", "1", "--yes"),
        ("backtest", KEY, "--days", "1", "--yes", "--verbose", "--format", "json"),
        ("backtest", "--days", "1", "--yes", "--format", "markdown"),
    ),
    "noise": (("noise", "--days", "1", "--yes", "--verbose"), ("noise", "--days", "1", "--yes", "--format", "json")),
    "gameday": (
        *(("gameday", "eks/crash-loop", "--verbose", "--format", form) for form in ("text", "json", "html")),
        ("gameday", "--list"),
    ),
    "probe": (
        ("probe", "--target", "sandbox"),
        ("probe", "--target", "sandbox", "--only", "slo-put", "--format", "json"),
    ),
    "local replay": (
        ("local", "replay", "series.jsonl", "--target", "local"),
        ("local", "replay", "cpu.csv", "--metric", "cpu", "--tags", "host:a", "--target", WEBHOOK),
    ),
    "local serve": (("local", "serve", "--port", "{taken}"),),
    "local reset": (("local", "reset"), ("local", "reset", "--target", WEBHOOK)),
}


class Echoing:
    """Keys that are never good, in an answer that says which they were."""

    def check(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        told = {name: value for name, value in headers.items() if name.startswith("dd-")}
        raise Refusal(403, f"Forbidden: {told} for {path}", f"with {VARIABLES['SLACK_BOT_TOKEN']} and {PROSE}")


@dataclass
class Place:
    """A project with secrets everywhere, what it talks to, and what came out."""

    bench: Workbench
    forge: Served
    taken: int
    shown: list[str] = field(default_factory=list)

    def __call__(self, *words: str, debug: bool = False) -> None:
        """One command, with what it prints kept; whether it works is not asked here."""
        out, err = io.StringIO(), io.StringIO()
        arguments = [word.replace("{taken}", str(self.taken)) for word in words]
        shown = contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)
        with _environment(self.environment()), contextlib.chdir(self.bench.root), shown[0], shown[1]:
            run(arguments, debug=debug)
        self.shown.append(out.getvalue() + err.getvalue())

    def environment(self) -> dict[str, str]:
        return {
            **VARIABLES,
            "NO_COLOR": "1",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_REPOSITORY": "acme/alerts",
            "GITHUB_REF": "refs/pull/17/merge",
            "GITHUB_SHA": "4be1c22dddddddd",
        }

    def read_by_people(self) -> Iterator[tuple[str, str]]:
        """Whatever was printed, posted, or written to be looked at."""
        yield from ((f"output {number}", text) for number, text in enumerate(self.shown))
        yield from ((f"comment {number}", text) for number, text in enumerate(self.forge.texts(17)))
        for path in sorted(self.bench.root.rglob("*")):
            if path.is_file() and "reports" in path.parts:
                yield path.name, path.read_text(encoding="utf-8", errors="replace")

    def written(self) -> Iterator[tuple[str, str]]:
        """Every file there is, but those that the keys are read from."""
        for path in sorted(self.bench.root.rglob("*")):
            if path.is_file() and path.parent.name != "secrets":
                yield path.relative_to(self.bench.root).as_posix(), path.read_bytes().decode("utf-8", "replace")


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """These, and nothing that another place set."""
    ours = ("DD_", "GITHUB_", "GITLAB_", "CI")
    before = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith(ours) or name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)
        os.environ.update(before)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Applied once, then edited in Datadog: every command has something to show."""
    with contextlib.ExitStack() as stack:
        bench = stack.enter_context(workbench(tmp_path))
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        made = Place(bench, stack.enter_context(served()), listener.getsockname()[1])
        keys = "keys: {files: 'secrets/{target}.json'}"
        target = f"prod: {{url: '{bench.environment['DD_HOST']}', {keys}}}"
        local = "local: {emulator: .ddsync/local.sqlite}"
        sandbox = target.replace("prod: {", "sandbox: {sandbox: true, ").replace("{target}", "prod")
        settings = SETTINGS.replace("prod: {site: datadoghq.eu}", f"{target}\n  {local}\n  {sandbox}")
        bench.write("ddsync.yaml", settings + "default_target: prod\nservices: [services/*.yaml, {catalog: all}]\n")
        bench.write("secrets/prod.json", json.dumps({"api_key": API, "app_key": APP}))
        bench.write("monitors/eks.py", MONITORS)
        bench.write("slos/service.py", SLOS)
        bench.write("dashboards/service.py", DASHBOARDS)
        bench.write("services/cart.yaml", SERVICE)
        bench.write("fleet.yaml", MANIFESTS)
        bench.write("state.json", json.dumps(STATE))
        bench.write("series.jsonl", SERIES)
        bench.write("cpu.csv", "1780272000,95\n1780272060,planted0word\n")
        made("inventory", "lock")
        made("apply", "--yes")
        live = bench.live("monitor")
        assert len(live) == 2, made.shown
        message = "Now https://hooks.slack.com/services/T0PLANTED/B0PLANTED/planted0live"
        bench.emulator.edit("monitor", live[0]["id"], lambda body: body | {"message": message})
        yield made


def leaks(texts: Iterator[tuple[str, str]], secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    spelt = {secret: {secret, json.dumps(secret)[1:-1], secret.replace("&", "&amp;")} for secret in secrets}
    return [
        (name, secret) for name, text in texts for secret, forms in spelt.items() if any(one in text for one in forms)
    ]


def test_every_command_is_tried() -> None:
    assert {*RUNS} == {one.name for one in COMMANDS}


@pytest.mark.parametrize("debug", [False, True], ids=["", "debug"])
@pytest.mark.parametrize("name", RUNS)
def test_nothing_comes_out(place: Place, name: str, debug: bool) -> None:
    for words in RUNS[name]:
        place(*words, debug=debug)
    assert leaks(place.read_by_people(), KEYS + CONTENT) == []
    assert leaks(place.written(), KEYS) == []


@pytest.mark.parametrize("name", RUNS)
def test_nothing_comes_out_when_datadog_says_it_all(place: Place, name: str) -> None:
    place.bench.emulator.keys = Echoing()  # type: ignore[assignment]
    for words in RUNS[name]:
        place(*words, debug=True)
    assert leaks(place.read_by_people(), KEYS + CONTENT) == []
    assert leaks(place.written(), KEYS) == []


def test_the_plants_are_where_they_would_be_found(place: Place) -> None:
    """What is masked above is there: in definitions, in Datadog, in receipts, which keep images word for word."""
    texts = dict(place.written())
    assert any("planted0hook" in text for name, text in texts.items() if name.startswith(".ddsync/receipts/"))
    assert "planted0live" in json.dumps(place.bench.live("monitor"))
    place("plan")
    assert "••••" in place.shown[-1]
    place.bench.emulator.keys = Echoing()  # type: ignore[assignment]
    place("plan")
    assert "403" in place.shown[-1]
    assert "dd-api-key" in place.shown[-1]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_bug_that_quotes_a_key_shows_none(place: Place, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> Any:
        raise RuntimeError(f"cannot send {API} to {WEBHOOK}")

    monkeypatch.setattr("dd_sync.datadog.client.Client.list_objects", broken)
    place("plan", "--log-format", form, debug=True)
    assert "this is a bug of ddsync" in place.shown[-1]
    assert leaks(place.read_by_people(), KEYS + CONTENT) == []


@pytest.mark.parametrize("words", [("plan", "--target", API), ("plan", f"--{API}"), ("nothing", WEBHOOK), (WEBHOOK,)])
def test_the_command_line_is_not_repeated_unmasked(place: Place, words: Words) -> None:
    place("plan")
    with _environment({**place.environment(), "DD_API_KEY": API}):
        err = io.StringIO()
        with contextlib.redirect_stderr(err), contextlib.chdir(place.bench.root):
            assert run(list(words)) == 64
    assert API not in err.getvalue()
    assert "planted0hook" not in err.getvalue()
