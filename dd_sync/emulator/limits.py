"""Rate limits as Datadog shows them: a bucket of requests for each period, in the headers of every answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from dd_sync.emulator.answers import Answer, answer

UNLIMITED = 1_000_000
"""What `X-RateLimit-Limit` says when nothing is limited."""


@dataclass
class Limits:
    """Requests counted by bucket in fixed windows of `period` seconds; `limit` None refuses nothing."""

    limit: int | None = None
    period: int = 1
    _windows: dict[str, tuple[int, int]] = field(default_factory=dict)

    def count(self, bucket: str, now: float) -> tuple[bool, dict[str, str]]:
        """Counts one request at `now` (seconds); whether it may pass, and the headers that say so."""
        limit = UNLIMITED if self.limit is None else self.limit
        window = int(now // self.period)
        since, used = self._windows.get(bucket, (window, 0))
        used = used + 1 if since == window else 1
        self._windows[bucket] = (window, used)
        return used <= limit, {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Period": str(self.period),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Reset": str(max(1, math.ceil((window + 1) * self.period - now))),
            "X-RateLimit-Name": bucket,
        }


def too_many(limits: Limits) -> Answer:
    """The answer to a request over the limit (sentence from users' reports; not in the recordings)."""
    sentence = f"Rate limit of {limits.limit} requests in {limits.period} seconds reached. Please try again later."
    return answer({"status": "error", "code": 429, "errors": [sentence]}, 429)


def bucket(path: str) -> str:
    """The bucket a path counts in: one for each family of endpoints (`monitor`, `dashboard`, `slo`, …)."""
    parts = path.split("/")
    return parts[3] if len(parts) > 3 else "other"
