"""Before live objects are adopted: what that would set off, counted, so that a person can still say no."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError, Rejected
from dd_sync.core.identity import Identity
from dd_sync.core.live import Live
from dd_sync.core.wording import quantity
from dd_sync.datadog.tag_policy import tag_policies
from dd_sync.runs.session import Session

_SHOWN = 5


def warnings(session: Session, chosen: Sequence[Live], terraform_state: Path | None) -> list[str]:
    """A line for each thing that adopting these objects would set off, the commonest first."""
    return [
        *_audited(chosen),
        *_against_policies(session, chosen),
        *_restricted(chosen),
        *_owned_by_terraform(chosen, terraform_state),
    ]


def _audited(chosen: Sequence[Live]) -> Iterator[str]:
    found = [live for live in chosen if (live.payload.get("options") or {}).get("notify_audit")]
    if found:
        handles = f"{_count(found)} tell their handles of every edit (notify_audit), so of this one too"
        yield f"{handles}: {_some(found)}"


def _against_policies(session: Session, chosen: Sequence[Live]) -> Iterator[str]:
    """Monitors that break a tag policy as they would be, their marks included."""
    monitors = [live for live in chosen if session.rules.kinds[live.kind].tag_policies]
    if not monitors:
        return
    try:
        policies = tag_policies(session.client)
    except Rejected as rejected:
        yield f"tag policies of monitors could not be read ({rejected.status}), so nothing is known of them"
        return
    marks = session.rules.marks.written(Identity(f"{session.rules.owner}/", "1"))
    for policy in policies:
        broken = [live for live in monitors if policy.broken_by([*(live.payload.get("tags") or ()), *marks])]
        if broken:
            why = policy.broken_by([*(broken[0].payload.get("tags") or ()), *marks])
            yield f"{_count(broken)} break the tag policy of {policy.key} ({why}): {_some(broken)}"


def _restricted(chosen: Sequence[Live]) -> Iterator[str]:
    names = ("restricted_roles", "restriction_policy", "restricted", "is_read_only")
    found = [live for live in chosen if any(live.payload.get(name) for name in names)]
    if found:
        yield f"{_count(found)} may be edited by some roles only, which the application key needs: {_some(found)}"


def _owned_by_terraform(chosen: Sequence[Live], state: Path | None) -> Iterator[str]:
    owned = terraform_ids(state) if state is not None else {}
    found = [live for live in chosen if str(live.id) in owned]
    if found:
        yield f"{_count(found)} are in the Terraform state, whose next apply takes the identity off: {_some(found)}"
        yield "  first: terraform state rm " + " ".join(sorted(owned[str(live.id)] for live in found)[:_SHOWN])


def terraform_ids(state: Path) -> dict[str, str]:
    """The addresses of Datadog's objects in a Terraform state, by id. Raises DdsyncError when it is none."""
    try:
        data = json.loads(state.read_text(encoding="utf-8"))
        return dict(_instances(data["resources"]))
    except OSError as error:
        raise DdsyncError(f"{state}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DdsyncError(f"{state}: not a Terraform state", hint="terraform state pull > FILE writes one") from None


def _instances(resources: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for resource in resources:
        if resource.get("mode") != "managed" or not str(resource.get("type", "")).startswith("datadog_"):
            continue
        address = ".".join(str(resource[part]) for part in ("module", "type", "name") if resource.get(part))
        for instance in resource.get("instances") or ():
            key = instance.get("index_key")
            suffix = "" if key is None else f"[{json.dumps(key)}]"
            object_id = (instance.get("attributes") or {}).get("id")
            if object_id:
                yield str(object_id), f"'{address}{suffix}'"


def _count(found: Sequence[Live]) -> str:
    return quantity(len(found), "object")


def _some(found: Sequence[Live]) -> str:
    shown = ", ".join(f"{live.kind}:{live.id}" for live in found[:_SHOWN])
    return shown + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
