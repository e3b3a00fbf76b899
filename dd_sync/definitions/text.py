"""Datadog's braces, so that a query in an f-string needs none of its own."""

from __future__ import annotations

from collections.abc import Sequence


def scope(*filters: str, by: Sequence[str] = ()) -> str:
    """`{a:b,!c:d}`, with `by` its grouping too, `{a:b} by {host}`; without filters `{*}`. Empty ones are left out."""
    grouping = " by {" + ",".join(by) + "}" if by else ""
    return "{" + (",".join(one for one in filters if one) or "*") + "}" + grouping


def by(*tags: str) -> str:
    """`by {a,b}`."""
    return "by {" + ",".join(tags) + "}"


def over(*filters: str) -> str:
    """The scope of a service check, `.over("a:b","c:d")`; it may not be empty, so without filters `.over("*")`."""
    return ".over(" + (",".join(f'"{one}"' for one in filters if one) or '"*"') + ")"


def by_check(*tags: str) -> str:
    """The grouping of a service check: `.by("host","port")`."""
    return ".by(" + ",".join(f'"{tag}"' for tag in tags) + ")"
