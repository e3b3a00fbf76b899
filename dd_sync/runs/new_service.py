"""New services from the command line: what is given, found, asked; what is written; what it brings."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dd_sync.core.errors import DdsyncError, DefinitionError, UsageError, did_you_mean
from dd_sync.core.identity import slug
from dd_sync.core.span_operations import candidates, operation
from dd_sync.discover import Discovery, Found, discover, read, summary
from dd_sync.project.new_service import check_free, place_of, try_service, write_new
from dd_sync.project.project import Project, load_project
from dd_sync.project.settings import find_root
from dd_sync.reports.bringing import bring_text
from dd_sync.runs.console import Console
from dd_sync.runs.plan import pagers_of
from dd_sync.runs.service_draft import KINDS_OF_WORK, RUNTIMES, TIERS, Given, api, draft_service, work

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def manifests_of(source: str) -> Discovery:
    """The services of a file, a folder, or standard input for `-`. Raises DefinitionError."""
    return discover(read(sys.stdin.buffer if source == "-" else Path(source)))


def enroll(given: Given, tty: Console) -> None:
    """Writes the file of one service and says what it brings. Raises before anything is written."""
    _check(given)
    project = load_project(find_root(Path.cwd()))
    _check_known(given, project)
    check_free(project, given.name)
    found = _found(given, tty)
    draft = draft_service(_asked(given, found, project, tty), found, project)
    place = place_of(project.settings, given.name)
    brought = try_service(project, {place: draft.text})
    write_new(project.root, {place: draft.text})
    tty.result(bring_text(summary(draft.found), place, draft.open, brought, given.name, pagers_of(project.settings)))


def enroll_all(discovery: Discovery, team: str | None, tty: Console) -> None:
    """Writes a file for each service found that has none and can have one; says which were left out, and why."""
    project = load_project(find_root(Path.cwd()))
    _check_known(Given("", team=team), project)
    files: dict[str, str] = {}
    for found in discovery.services:
        try:
            files |= _draft_if_new(Given(found.service, team=team), found, project, files)
        except DdsyncError as error:
            tty.say(error.message)
    try_service(project, files)
    write_new(project.root, files)
    for place in files:
        tty.say(f"written {place}")
    tty.say(f"{len(files)} of {len(discovery.services)} written; ddsync plan shows what they bring")


def _draft_if_new(given: Given, found: Found, project: Project, files: Mapping[str, str]) -> dict[str, str]:
    _check_name(given.name)
    check_free(project, given.name)
    place = place_of(project.settings, given.name)
    if place in files:
        raise DefinitionError(f"{given.name} not written for {found.workload}: another workload has the name")
    return {place: draft_service(given, found, project).text}


def _check(given: Given) -> None:
    _check_name(given.name)
    _check_choice("tier", given.tier, TIERS)
    _check_choice("runtime", given.runtime, RUNTIMES)
    for kind in given.kinds:
        _check_choice("kind", kind, KINDS_OF_WORK)
    for env in given.envs:
        _check_name(env)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f'"{name}" cannot be a name: lower case letters, digits, dots, dashes', hint=f"for example {slug(name)}"
        )


def _check_choice(what: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        raise UsageError(f'no {what} "{value}".{did_you_mean(value, known)}', hint=f"there are {', '.join(known)}")


def _check_known(given: Given, project: Project) -> None:
    if project.teams:
        _check_choice("team", given.team, list(project.teams))
    targets = project.settings.targets.values()
    envs = [env for target in targets for env in target.envs or ()]
    if all(target.envs is not None for target in targets):
        for env in given.envs:
            _check_choice("environment", env, envs)


def _found(given: Given, tty: Console) -> Found:
    """What the manifests say of the service; nothing without manifests."""
    if given.manifests is None:
        return Found(given.name, "unknown", "", "")
    discovery = manifests_of(given.manifests)
    for notice in discovery.notices:
        tty.say(f"notice: {notice}")
    alike = [found for found in discovery.services if found.service == given.name]
    if alike:
        return _together(alike)
    services = [found for found in discovery.services if set(found.kinds) & set(KINDS_OF_WORK)]
    if len(services) == 1:
        (only,) = services
        source = only.facts["service"].source
        tty.say(f"notice: the manifests call it {only.service} ({source}); its traces have to say {given.name}")
        return replace(only, service=given.name)
    known = [found.service for found in discovery.services]
    raise DefinitionError(
        f'{given.manifests}: no service "{given.name}".{did_you_mean(given.name, known)}',
        hint=f"there are {', '.join(known)}",
    )


def _together(alike: Sequence[Found]) -> Found:
    """One service run by several workloads, its web and its worker: the one that takes requests leads."""
    ranked = sorted(alike, key=lambda found: not set(found.kinds) & {"http", "grpc"})
    first, *rest = ranked
    kinds = tuple(dict.fromkeys(kind for found in ranked for kind in found.kinds))
    queue = next((found.queue for found in ranked if found.queue), None)
    schedule = next((found.schedule for found in ranked if found.schedule), None)
    depends_on = tuple(dict.fromkeys(name for found in ranked for name in found.depends_on))
    return replace(first, kinds=kinds, queue=queue, schedule=schedule, depends_on=depends_on) if rest else first


def _asked(given: Given, found: Found, project: Project, tty: Console) -> Given:
    """What neither the command line nor the manifests say, asked for where somebody is there to answer."""
    if not tty.answers:
        return given

    def ask(known: str | None, question: str, check: Callable[[str], None]) -> str | None:
        while known is None:
            tty.say(f"{question} (Enter leaves it open)")
            answer = _line()
            if not answer:
                return None
            try:
                check(answer)
                known = answer
            except UsageError as error:
                tty.say(f"{error.message} {error.hint}")
        return known

    teams = list(project.teams)
    team = ask(given.team or found.owner, f"Team: {', '.join(teams)}", lambda one: _check_choice("team", one, teams))
    tier = ask(given.tier or found.tier, f"Tier: {', '.join(TIERS)}", lambda one: _check_choice("tier", one, TIERS))
    kinds = given.kinds or work(found)
    kind = ask(
        ",".join(kinds) or None,
        f"Kind: {', '.join(KINDS_OF_WORK)}",
        lambda one: _check_choice("kind", one, KINDS_OF_WORK),
    )
    kinds = tuple(kind.split(",")) if kind else ()
    runtime = ask(
        given.runtime or found.runtime,
        f"Runtime: {', '.join(RUNTIMES)}",
        lambda one: _check_choice("runtime", one, RUNTIMES),
    )
    asked = replace(given, team=team, tier=tier, kinds=kinds, runtime=runtime)
    main = api(kinds)
    if main and not given.operation and operation(main, runtime) is None:
        choices = ", ".join(candidates(main, runtime)) or "as APM shows it"
        return replace(asked, operation=ask(None, f"Name of its primary spans: {choices}", lambda one: None))
    return asked


def _line() -> str:
    try:
        return input().strip()
    except EOFError:
        return ""
