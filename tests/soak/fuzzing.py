"""What ddsync reads, damaged and fed to the command line: no trace, no bug of ours, no hang, nothing lost or doubled.

A case is a number: its seed says what is damaged, how, and which command reads it.
"""

from __future__ import annotations

import contextlib
import copy
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dd_sync.core.identity import digest
from dd_sync.datadog import clock, transport
from tests.pull_requests.server import TOKEN, Served, comment, served
from tests.soak.odd import damaged, mutated
from tests.terraform.states import of_payload, state
from tests.workbench import MONITOR, Ran, Workbench, workbench

LONGEST_SECONDS = 5.0

SETTINGS: dict[str, Any] = {
    "project": "acme",
    "packs": [],
    "services": ["services/*.yaml"],
    "receipts": ".ddsync/receipts",
    "teams": {"platform": {"page": "@pagerduty-platform", "tell": "@slack-platform"}},
    "clusters": [{"name": "prod-eu-1", "env": "prod", "team": "platform", "monitors": {"cpu-high": {"critical": 80}}}],
    "mongodb": [{"name": "orders", "env": "prod", "team": "platform", "hosting": "self-hosted"}],
    "defaults": {"site": "datadoghq.eu"},
    "targets": {"prod": {"envs": ["prod"]}},
    "default_target": "prod",
    "monitors": {"cpu-high": {"minutes": 10}},
}

SERVICE: dict[str, Any] = {
    "apiVersion": "v3",
    "kind": "service",
    "metadata": {"name": "cart", "owner": "platform", "links": [{"name": "a", "type": "other", "url": "https://a"}]},
    "spec": {
        "tier": "1",
        "lifecycle": "production",
        "type": "http",
        "languages": ["python"],
        "dependsOn": ["service:a"],
    },
    "extensions": {
        "ddsync": {
            "kind": ["http", "worker"],
            "operation": {"http": "http.request", "worker": "celery.run"},
            "envs": {"prod": {}, "staging": {"monitors": {"errors": {"critical": 20}}}},
            "monitors": {"errors": {"critical": 2}},
            "queue": {"type": "kafka"},
        }
    },
}

DEFINITIONS = '''\
from dd_sync import SLO, Dashboard, Monitor, Number, Service, define

@define
def errors(service: Service, *, critical: Number = 5) -> Monitor:
    """Errors.

    First step: look.
    """
    return Monitor(name="Errors", query=f"sum(last_5m):sum:errors{service.scope()}.as_count() > {critical}")

@define
def board() -> Dashboard:
    """A board."""
    return Dashboard.from_api({"title": "Board", "layout_type": "ordered", "widgets": [
        {"definition": {"type": "note", "content": "hello"}}]})

@define
def promise() -> SLO:
    """A promise."""
    return SLO(name="Promise", target=99.9, numerator="sum:a{*}.as_count()", denominator="sum:b{*}.as_count()")
'''

MANIFEST: list[Any] = [
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "cart", "labels": {"app": "cart"}, "annotations": {"a": "b"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "cart"}},
            "template": {
                "metadata": {"labels": {"app": "cart", "tags.datadoghq.com/service": "cart"}},
                "spec": {
                    "containers": [
                        {
                            "name": "main",
                            "image": "registry.example.com/cart:1",
                            "ports": [{"containerPort": 8080, "name": "http"}],
                            "env": [{"name": "PORT", "value": "8080"}, {"name": "DB", "value": "mongodb://orders"}],
                            "readinessProbe": {"httpGet": {"path": "/", "port": 8080}},
                        }
                    ]
                },
            },
        },
    },
    {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"}, "spec": {"schedule": "0 3 * * *"}},
]

THEIRS = (
    ("monitor", {"name": "theirs", "type": "metric alert", "query": "avg(last_5m):avg:a{*} > 1", "message": "@x"}, 77),
    ("dashboard", {"title": "theirs", "layout_type": "ordered", "widgets": []}, "aaa-bbb-ccc"),
    ("slo", {"name": "theirs", "type": "monitor", "monitor_ids": [77], "thresholds": []}, "b" * 32),
)
"""Objects of other people, which no case may touch."""

KINDS = ("monitor", "dashboard", "slo")


class Found(AssertionError):
    """A case that went wrong: its number and what it showed."""


@dataclass
class Fuzz:
    """A project in sync with its Datadog, to be damaged and put back."""

    bench: Workbench
    forge: Served
    away: Path
    """A copy of the project as it was before any damage."""
    live: dict[str, list[Any]] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    """The commands of the case, by their first word."""
    turn: Callable[[transport.Request, transport.Response], transport.Response] | None = None
    """What damages answers on their way."""

    def one(self, number: int) -> None:
        """Runs one case. Raises Found."""
        dice = random.Random(number)
        case = dice.choice(CASES)
        self.restore()
        self.called.clear()
        try:
            case(self, dice)
            self.check_theirs()
            self.check_ours(case in (cache, answers, comments))
        except Exception as error:
            raise Found(f"case {number} ({case.__name__}): {error!r}") from error
        finally:
            self.turn = None

    def run(self, *words: str) -> Ran:
        self.called.append(words[0])
        started = time.monotonic()
        ran = self.bench.ddsync(*words, status=None)
        seconds = time.monotonic() - started
        said = ran.out + ran.err
        assert "this is a bug of ddsync" not in said, f"{words}: {ran.err[-600:]}"
        assert "Traceback" not in said, f"{words}: {said[-600:]}"
        assert ran.status in (0, 1, 2, 3, 64), f"{words}: {ran.status}"
        assert seconds < LONGEST_SECONDS, f"{words}: {seconds:.1f} s"
        return ran

    def restore(self) -> None:
        root = self.bench.root
        for path in root.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.copytree(self.away, root, dirs_exist_ok=True)
        self.forge.comments.clear()
        if {kind: self.bench.live(kind) for kind in KINDS} != self.live:
            self.bench.emulator.reset()
            for kind, bodies in self.live.items():
                for body in bodies:
                    self.bench.emulator.put(kind, copy.deepcopy(body))

    def check_theirs(self) -> None:
        """Objects of others are as they were, and none of ours is there twice."""
        for kind, body, object_id in THEIRS:
            (now,) = [one for one in self.bench.live(kind) if one["id"] == object_id]
            assert body.items() <= now.items(), f"{kind} {object_id} of somebody else was changed"
        for kind in KINDS:
            marks = [one for body in self.bench.live(kind) for one in _marks(body)]
            assert len(marks) == len(set(marks)), f"doubled: {marks}"

    def check_ours(self, kept: bool) -> None:
        """Where nothing was called that writes, everything is as it was; where no definition was damaged and nothing
        undone, no object of ours is gone."""
        now = {kind: self.bench.live(kind) for kind in KINDS}
        if not {"apply", "undo", "release"} & {*self.called}:
            assert now == self.live, f"{self.called} wrote something"
        elif kept and "undo" not in self.called:
            before, after = (
                {mark for one in of.values() for body in one for mark in _marks(body)} for of in (self.live, now)
            )
            assert before <= after, f"lost: {before - after}"

    def file(self, pattern: str) -> Path:
        return sorted(self.bench.root.glob(pattern))[0]

    def damage(self, path: Path, dice: random.Random, dump: Callable[[Any], str] = json.dumps) -> None:
        """A file with its values mutated, or its bytes."""
        if dice.random() < 0.6:
            value = (
                list(yaml.safe_load_all(path.read_text())) if dump is not json.dumps else [json.loads(path.read_text())]
            )
            at = dice.randrange(len(value))
            value[at] = mutated(value[at], dice)
            path.write_text("---\n".join(dump(one) for one in value), encoding="utf-8", errors="surrogatepass")
        else:
            path.write_bytes(damaged(path.read_bytes(), dice))


def _all_marks(live: dict[str, list[Any]]) -> set[str]:
    return {mark for bodies in live.values() for body in bodies for mark in _marks(body)}


def _marks(body: dict[str, Any]) -> list[str]:
    words = [*map(str, body.get("tags") or ()), *str(body.get("description") or "").split()]
    return [word for word in words if word.startswith("ddsync_id:")]


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True)


READING = (("plan",), ("plan", "--format", "json"), ("validate",), ("render", "--out", "again"), ("explain", "*"))


def settings(fuzz: Fuzz, dice: random.Random) -> None:
    fuzz.damage(fuzz.bench.root / "ddsync.yaml", dice, _yaml)
    fuzz.run(*dice.choice((*READING, ("doctor",), ("schema",), ("coverage",), ("codeowners", "--org", "a"))))


def service(fuzz: Fuzz, dice: random.Random) -> None:
    fuzz.damage(fuzz.bench.root / "services/cart.yaml", dice, _yaml)
    fuzz.run(*dice.choice((*READING, ("coverage",))))


def adoptions(fuzz: Fuzz, dice: random.Random) -> None:
    fuzz.bench.write("adopt.yaml", "monitor:more/errors/cart/prod: 123\ndashboard:more/board: abc-def-ghi\n")
    fuzz.damage(fuzz.bench.root / "adopt.yaml", dice, _yaml)
    fuzz.run(*dice.choice(READING[:3]))


def lock(fuzz: Fuzz, dice: random.Random) -> None:
    text = (fuzz.bench.root / "ddsync.yaml").read_text()
    fuzz.bench.write("ddsync.yaml", text.replace("services/*.yaml", "../nowhere/*.yaml"))
    head = {"lock": 1, "sources": ["../nowhere/*.yaml"], "services": ["../nowhere/cart.yaml"]}
    fuzz.bench.write("inventory.lock.yaml", f"{_yaml(head)}---\n{_yaml(SERVICE)}")
    fuzz.damage(fuzz.bench.root / "inventory.lock.yaml", dice, _yaml)
    fuzz.run(*dice.choice((*READING[:3], ("inventory", "lock", "--check"))))


def manifests(fuzz: Fuzz, dice: random.Random) -> None:
    fuzz.bench.write("fleet.yaml", "---\n".join(_yaml(one) for one in MANIFEST))
    fuzz.damage(fuzz.bench.root / "fleet.yaml", dice, _yaml)
    discover = ("discover", "fleet.yaml")
    fuzz.run(*dice.choice((discover, (*discover, "--format", "json"), ("coverage", "--manifests", "fleet.yaml"))))
    if dice.random() < 0.2:
        fuzz.run("new-service", "fleet", "--from", "fleet.yaml", "--team", "platform")


def terraform_state(fuzz: Fuzz, dice: random.Random) -> None:
    fuzz.bench.write("state.json", state(*(of_payload(kind, body, id) for kind, body, id in THEIRS)))
    fuzz.damage(fuzz.bench.root / "state.json", dice)
    fuzz.run("import-terraform", "state.json", "--out", "imported")


def emulator_state(fuzz: Fuzz, dice: random.Random) -> None:
    path = fuzz.bench.write("local.sqlite", "")
    path.write_bytes(damaged((fuzz.away.parent / "local.sqlite").read_bytes(), dice))
    text = (fuzz.bench.root / "ddsync.yaml").read_text()
    fuzz.bench.write("ddsync.yaml", text.replace("envs:\n    - prod", "emulator: local.sqlite"))
    around = fuzz.bench.environment
    fuzz.bench.environment = {"NO_COLOR": "1"}
    try:
        fuzz.run(*dice.choice((("plan",), ("apply", "--yes"), ("local", "reset"))))
    finally:
        fuzz.bench.environment = around


def saved_plan(fuzz: Fuzz, dice: random.Random) -> None:
    path = fuzz.bench.root / "plan.json"
    if dice.random() < 0.7:  # sealed anew, so that it is read and not merely refused
        body = json.loads(path.read_text())
        body.pop("seal")
        body = mutated(body, dice)
        path.write_text(json.dumps({**body, "seal": digest(body)} if isinstance(body, dict) else body))
    else:
        path.write_bytes(damaged(path.read_bytes(), dice))
    fuzz.run(
        *dice.choice(
            (
                ("apply", "plan.json", "--yes"),
                ("apply", "--expect", "plan.json", "--yes"),
                ("policy", "plan.json"),
                ("comment", "--provider", "github", "--number", "17", "plan.json"),
            )
        )
    )


def receipt(fuzz: Fuzz, dice: random.Random) -> None:
    path = fuzz.file(".ddsync/receipts/*.json")
    if dice.random() < 0.3:  # that of a run that was killed: its lines
        body = json.loads(path.read_text())
        outcomes = body.pop("outcomes")
        begun = [
            {"begun": True, **{name: one[name] for name in ("action", "kind", "key", "id", "before")}}
            for one in outcomes
        ]
        path.unlink()
        path = path.with_suffix(".part")
        lines = [
            json.dumps(mutated(one, dice) if dice.random() < 0.4 else one) for one in (body, *begun, *outcomes[:1])
        ]
        path.write_text("\n".join(lines) + "\n")
    else:
        fuzz.damage(path, dice)
    last = (("undo", "last", "--yes"), ("undo", path.name, "--yes", "--drift", "revert"))
    fuzz.run(*dice.choice((*last, *last, ("history",), ("history", "last"), ("plan",), ("drift",), ("doctor",))))


def rendered(fuzz: Fuzz, dice: random.Random) -> None:
    paths = [path for path in (fuzz.bench.root / "rendered").rglob("*.json") if path.name != "index.json"]
    index = fuzz.bench.root / "rendered/index.json"
    fuzz.damage(index if dice.random() < 0.6 else dice.choice(sorted(paths)), dice)
    where = ("--rendered", "rendered")
    plan, apply = ("plan", *where), ("apply", "--yes", *where)
    again = ("render", "--out", "rendered")
    fuzz.run(*dice.choice((plan, apply, apply, ("drift", *where), again, (*again, "--check"))))


def cache(fuzz: Fuzz, dice: random.Random) -> None:
    path = fuzz.file(".ddsync/cache/*.cache") if dice.random() < 0.8 else fuzz.file(".ddsync/cache/keys.json")
    if path.suffix == ".cache" and dice.random() < 0.7:
        head, *lines = path.read_bytes().split(b"\n")
        at = dice.randrange(len(lines) - 1)
        name, version, answer = lines[at].split(b"\t", 2)
        lines[at] = b"\t".join((name, version, json.dumps(mutated(json.loads(answer), dice)).encode()))
        path.write_bytes(b"\n".join((head, *lines)))
    else:
        path.write_bytes(damaged(path.read_bytes(), dice))
    fuzz.run(*dice.choice((("plan",), ("apply", "--yes"), ("drift",), ("validate",))))


def answers(fuzz: Fuzz, dice: random.Random) -> None:
    """Answers damaged now and then; what is done afterwards, with sound ones, ends where it would have."""

    def turn(request: transport.Request, response: transport.Response) -> transport.Response:
        if dice.random() > 0.25:
            return response
        if dice.random() < 0.6:
            with contextlib.suppress(ValueError):
                return response._replace(body=json.dumps(mutated(json.loads(response.body), dice)).encode())
        return response._replace(body=damaged(response.body, dice))

    changed = (fuzz.bench.root / "monitors/more.py").read_text().replace('"Errors"', '"Errors, many"')
    fuzz.bench.write("monitors/more.py", changed)
    fuzz.bench.write("monitors/new.py", MONITOR.replace("[EKS]", "new"))
    fuzz.turn = turn
    words = (
        ("plan",),
        ("apply", "--yes"),
        ("apply", "--yes"),
        ("drift",),
        ("doctor",),
        ("import", "--all", "--out", "i"),
    )
    fuzz.run(*dice.choice((*words, ("validate", "--online"), ("undo", "last", "--yes"))))
    fuzz.turn = None
    shutil.rmtree(fuzz.bench.root / ".ddsync/cache", ignore_errors=True)


def comments(fuzz: Fuzz, dice: random.Random) -> None:
    mark = "<!-- ddsync acme/prod -->\nold"
    listed: Any = [comment(fuzz.forge, text, user={"login": "a", "type": "Bot"}) for text in ("hello", mark, "x")]
    fuzz.forge.comments[17] = mutated(listed, dice)
    fuzz.run("comment", "--provider", dice.choice(("github", "gitlab")), "--number", "17", "plan.json")


CASES: tuple[Callable[[Fuzz, random.Random], None], ...] = (
    settings,
    service,
    adoptions,
    lock,
    manifests,
    terraform_state,
    emulator_state,
    saved_plan,
    receipt,
    rendered,
    cache,
    answers,
    answers,
    comments,
)


@contextlib.contextmanager
def fuzz(root: Path) -> Iterator[Fuzz]:
    """A project applied once, and all the files that ddsync writes of one."""
    away = root / "away"
    (root / "project").mkdir()
    with workbench(root / "project") as bench, served() as forge, _quick() as hooks:
        bench.write("ddsync.yaml", _yaml(SETTINGS))
        bench.write("services/cart.yaml", _yaml(SERVICE))
        bench.write("monitors/more.py", DEFINITIONS)
        for kind, body, object_id in THEIRS:
            bench.emulator.put(kind, body, object_id)
        around = {"GITHUB_API_URL": forge.url, "GITHUB_REPOSITORY": "acme/alerts", "GITHUB_TOKEN": TOKEN}
        around |= {"CI_API_V4_URL": forge.url, "CI_PROJECT_ID": "42", "GITLAB_TOKEN": TOKEN}
        bench.environment |= around
        bench.ddsync("plan", "--save", "plan.json")
        bench.apply()
        bench.ddsync("plan")
        bench.ddsync("render", "--out", "rendered")
        local = _yaml({**SETTINGS, "targets": {"prod": {"emulator": "local.sqlite"}}, "defaults": {}})
        (root / "local").mkdir()
        shutil.copytree(bench.root, root / "local", dirs_exist_ok=True)
        other = Workbench(root / "local", bench.emulator, {"NO_COLOR": "1"})
        other.write("ddsync.yaml", local)
        other.apply()
        shutil.copyfile(root / "local/local.sqlite", root / "local.sqlite")
        shutil.copytree(bench.root, away)
        made = Fuzz(bench, forge, away, {kind: bench.live(kind) for kind in KINDS})
        hooks.append(made)
        yield made


@contextlib.contextmanager
def _quick() -> Iterator[list[Fuzz]]:
    """Time that passes by itself, and a hand on every answer."""
    hooks: list[Fuzz] = []
    sent, now, sleep = transport.HTTP.__call__, clock.RealClock.now, clock.RealClock.sleep
    ahead = [0.0]

    def call(self: transport.HTTP, request: transport.Request) -> transport.Response:
        response = sent(self, request)
        turn = hooks[0].turn if hooks else None
        return turn(request, response) if turn else response

    def skip(self: clock.RealClock, seconds: float) -> None:
        ahead[0] += seconds

    transport.HTTP.__call__ = call  # type: ignore[method-assign]
    clock.RealClock.now = lambda self: now(self) + ahead[0]  # type: ignore[method-assign]
    clock.RealClock.sleep = skip  # type: ignore[method-assign]
    try:
        yield hooks
    finally:
        transport.HTTP.__call__ = sent  # type: ignore[method-assign]
        clock.RealClock.now, clock.RealClock.sleep = now, sleep  # type: ignore[method-assign]
