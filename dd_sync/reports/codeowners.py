"""Who must review what, as CODEOWNERS: each service file belongs to the team that is woken for the service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

HEAD = "# Written by `ddsync codeowners`; the teams are those of ddsync.yaml and of the service files.\n"

SHARED = ("/ddsync.yaml", "/monitors/", "/slos/", "/dashboards/")
"""What changes alerts of everybody."""


def codeowners(files: Iterable[tuple[str, str | None]], organisation: str, shared: str | None) -> str:
    """The file's text. `files` are paths from the project's root with their owner, a path once for each document;
    `shared` is the team that owns what all share.

    The last rule that fits wins, at GitHub and at GitLab, so that the shared ones come first.
    """
    lines = [f"{path} {_team(organisation, shared)}" for path in SHARED] if shared else []
    owners: dict[str, list[str]] = {}
    for path, owner in files:
        owners.setdefault(path, []).extend([owner] if owner else [])
    lines += [_rule(path, list(dict.fromkeys(found)), organisation) for path, found in sorted(owners.items()) if found]
    return HEAD + "".join(f"{line}\n" for line in lines)


def _rule(path: str, owners: Sequence[str], organisation: str) -> str:
    spelled = path.replace(" ", "\\ ")
    return f"/{spelled} {' '.join(_team(organisation, owner) for owner in owners)}"


def _team(organisation: str, team: str) -> str:
    return f"@{organisation}/{team}"
