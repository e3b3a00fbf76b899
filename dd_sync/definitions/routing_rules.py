"""A team's handles as notification rules: the same people for the same alerts as its messages would name.

A monitor carries one tag that says how urgent it is, `ddsync_notify:PROJECT-page` for example. The project's name is in
it, so that the rules of one project never tell anybody of another's alerts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dd_sync.core.resource import Told
from dd_sync.definitions.inventory import OtherHandles, Team
from dd_sync.kinds.monitor import NOTIFY
from dd_sync.kinds.notification_rule import NotificationRule


@dataclass(frozen=True)
class Notify:
    """The tag's values of one project."""

    project: str

    @property
    def tell(self) -> str:
        return f"{self.project}-tell"

    @property
    def page(self) -> str:
        return f"{self.project}-page"

    @property
    def silence(self) -> str:
        """Wakes when data is missing, too."""
        return f"{self.project}-page-no-data"

    def tag(self, told: Told, priority: int | None) -> Told:
        """The same people, to be told by rules: the tag in place of the handles."""
        if not told.page and not told.tell:
            return Told()
        value = self.tell if not told.page else self.silence if priority in (1, 2) else self.page
        return Told(tags=(f"{NOTIFY}:{value}",))


@dataclass(frozen=True)
class Where:
    """The environments that rules are made for."""

    envs: Sequence[str] | None = None
    """Of the target; None for all."""
    elsewhere: Sequence[str] = ()
    """Of the project's other targets, whose rules tell of them."""
    paging: Collection[str] = ()
    """Those in which anybody is woken."""

    def wakes(self, env: str | None) -> bool:
        """Whether anybody is woken in an environment; None for all that have no case of their own."""
        if env is not None:
            return env in self.paging
        return self.envs is None or not set(self.envs).isdisjoint(self.paging)


def routing_rules_of(team: Team, notify: Notify, where: Where) -> Iterator[NotificationRule]:
    """The rules for one team: who is told of everything, who is woken by alerts and by missing data.

    Conditions on the state stand in Datadog's API description (`is_alert`) and in public use (`is_recovery`);
    `is_no_data` is named like them and unverified.
    """
    for case in _cases(team, where):
        name, key = " ".join([team.name, *case.label]), "/".join([team.name, *case.label])
        whose = f"team:{team.name} AND {NOTIFY}"
        if case.tell:
            yield NotificationRule(
                key=f"{key}/tell",
                name=f"{name}: tell",
                filter={"scope": f"{whose}:({notify.tell} OR {notify.page} OR {notify.silence}){case.scope}"},
                recipients=list(case.tell),
            )
        if case.page and where.wakes(case.env):
            yield NotificationRule(
                key=f"{key}/page",
                name=f"{name}: page",
                filter={"scope": f"{whose}:({notify.page} OR {notify.silence}){case.scope}"},
                conditional_recipients=_in_states(case.page, "is_alert", "is_recovery"),
            )
            yield NotificationRule(
                key=f"{key}/page-no-data",
                name=f"{name}: page when data is missing",
                filter={"scope": f"{whose}:{notify.silence}{case.scope}"},
                conditional_recipients=_in_states(case.page, "is_no_data"),
            )


def _in_states(handles: Sequence[str], *states: str) -> dict[str, object]:
    return {"conditions": [{"scope": f"transition_type:{one}", "recipients": list(handles)} for one in states]}


@dataclass(frozen=True)
class _Case:
    """A case that a team tells apart: an environment, a priority in it."""

    label: Sequence[str]
    scope: str
    env: str | None
    page: Sequence[str]
    tell: Sequence[str]


def _cases(team: Team, where: Where) -> Iterator[_Case]:
    apart = [env for env in team.envs if where.envs is None or env in where.envs]
    others = "".join(f" AND NOT env:{env}" for env in dict.fromkeys([*apart, *where.elsewhere]))
    for env in (None, *apart):
        scope = others if env is None else f" AND env:{env}"
        named = [env] if env is not None else []
        told = {priority: _handles(team, env, priority) for priority in (None, *sorted(team.priorities))}
        if all(one == told[None] for one in told.values()):
            yield _Case(named, scope, env, *told[None])
            continue
        for number, (page, tell) in told.items():
            label = [*named, f"p{number}"] if number is not None else named
            yield _Case(label, scope + _of_priority(number, team), env, page, tell)


def _of_priority(priority: int | None, team: Team) -> str:
    """A monitor without a priority counts as one of the lowest, as it does in messages."""
    if priority is None:
        unranked = " AND priority:*" if 5 in team.priorities else ""
        return "".join(f" AND NOT priority:p{number}" for number in sorted(team.priorities)) + unranked
    return " AND (priority:p5 OR NOT priority:*)" if priority == 5 else f" AND priority:p{priority}"


def _handles(team: Team, env: str | None, priority: int | None) -> tuple[Sequence[str], Sequence[str]]:
    page, tell = team.page, team.tell
    others: tuple[OtherHandles | None, ...] = (
        team.priorities.get(priority) if priority is not None else None,
        team.envs.get(env) if env is not None else None,
    )
    for other in others:
        if other is not None:
            page = other.page if other.page is not None else page
            tell = other.tell if other.tell is not None else tell
    return page, tell
