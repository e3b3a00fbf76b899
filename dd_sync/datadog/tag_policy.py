"""Tag policies of monitors: which tags an organisation wants on each, and with which values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.datadog.client import Client

PATH = "/api/v2/monitor/policy"


@dataclass(frozen=True)
class TagPolicy:
    """One policy: a tag, whether every monitor needs it, and the values it may have (any, when there are none)."""

    key: str
    required: bool
    values: Sequence[str]

    def broken_by(self, tags: Sequence[str]) -> str:
        """Why a monitor with these tags breaks the policy; empty when it does not."""
        found = [tag.partition(":")[2] for tag in tags if tag.partition(":")[0] == self.key]
        if self.required and not found:
            return f"no tag {self.key}"
        wrong = [value for value in found if self.values and value not in self.values]
        return f"{self.key}:{wrong[0]} is none of {', '.join(self.values)}" if wrong else ""


def tag_policies(client: Client) -> list[TagPolicy]:
    """The organisation's policies (Datadog's API description). Raises Forbidden where the key may not read them."""
    answer = client.call("GET", PATH)
    listed = answer.get("data") if isinstance(answer, dict) else None
    return list(_policies(listed if isinstance(listed, list) else []))


def _policies(listed: Sequence[Any]) -> Iterator[TagPolicy]:
    for one in listed:
        policy = ((one.get("attributes") or {}).get("policy") or {}) if isinstance(one, dict) else {}
        if policy.get("tag_key"):
            required, values = bool(policy.get("tag_key_required")), policy.get("valid_tag_values") or ()
            yield TagPolicy(str(policy["tag_key"]), required, tuple(values))
