"""Everything a project makes, by what it is made for: the way into a preview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from dd_sync.reports.hypertext import shield


@dataclass(frozen=True)
class Branch:
    """One service, cluster or database, with the objects made for it as (kind, key)."""

    group: str
    name: str
    team: str
    objects: Sequence[tuple[str, str]]

    @property
    def place(self) -> str:
        """What an address names it by."""
        return f"{self.group}/{self.name}"


def tree(branches: Iterable[Branch], chosen: str = "") -> Markup:
    """The branches by group as a list of links; the one that is shown is marked."""
    groups: dict[str, list[Branch]] = {}
    for branch in branches:
        groups.setdefault(branch.group, []).append(branch)
    parts = [_link("", "everything", sum(len(one.objects) for group in groups.values() for one in group), chosen)]
    for name, group in groups.items():
        rows = Markup("").join(_row(one, chosen) for one in sorted(group, key=lambda one: one.name))
        parts.append(
            Markup("<li><details open><summary>{}</summary><ul>{}</ul></details></li>").format(shield(name), rows)
        )
    return Markup("<ul>{}</ul>").format(Markup("").join(parts))


def _row(branch: Branch, chosen: str) -> Markup:
    return _link(branch.place, branch.name, len(branch.objects), chosen, branch.team)


def _link(place: str, name: str, number: int, chosen: str, team: str = "") -> Markup:
    current = Markup(' aria-current="page"') if place == chosen else Markup("")
    address = f"/?of={quote(place, safe='')}" if place else "/"
    about = f"{number} · {team}" if team else str(number)
    return Markup('<li><a href="{}"{}>{}</a> <span class="count">{}</span></li>').format(
        address, current, shield(name), shield(about)
    )
