"""Datadog's braces, so that a query in an f-string needs none of its own."""

from __future__ import annotations

from collections.abc import Sequence


def scope(*filters: str, by: Sequence[str] = ()) -> str:
    """`{a:b,!c:d}`, with `by` its grouping too, `{a:b} by {host}`; without filters `{*}`. Empty ones are left out.

    Beside a filter in words (`c IN (d,e)`) all are joined by words, since Datadog mixes no signs with them:
    `{a:b AND c IN (d,e)}` (its docs, "Advanced filtering").
    """
    grouping = " by {" + ",".join(by) + "}" if by else ""
    given = [one for one in filters if one]
    if any(" " in one for one in given):
        return "{" + " AND ".join(f"NOT {one[1:]}" if one.startswith("!") else one for one in given) + "}" + grouping
    return "{" + (",".join(given) or "*") + "}" + grouping


def among(key: str, values: Sequence[str]) -> str:
    """`key IN (a,b)`, a filter for `scope`."""
    return f"{key} IN ({','.join(values)})"


def by(*tags: str) -> str:
    """`by {a,b}`."""
    return "by {" + ",".join(tags) + "}"


def over(*filters: str) -> str:
    """The scope of a service check, `.over("a:b","c:d")`; it may not be empty, so without filters `.over("*")`."""
    return ".over(" + (",".join(f'"{one}"' for one in filters if one) or '"*"') + ")"


def by_check(*tags: str) -> str:
    """The grouping of a service check: `.by("host","port")`."""
    return ".by(" + ",".join(f'"{tag}"' for tag in tags) + ")"
