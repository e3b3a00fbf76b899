"""API and application keys, and the endpoints that check them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from dd_sync.emulator.answers import Answer, Call, Refusal, answer
from dd_sync.emulator.permissions import READS, required_permission
from dd_sync.emulator.world import ORG_ID, Endpoint, World

_API_KEY_ONLY = frozenset({"/api/v1/validate", "/api/v2/validate"})


@dataclass(frozen=True)
class Keys:
    """Which keys are good. `api` and `app` None accept any; `read_only` application keys may not write.

    `scopes` are the permissions that scoped application keys have; a key without an entry has its user's, `user`,
    where None are all.
    """

    api: Collection[str] | None = None
    app: Collection[str] | None = None
    read_only: Collection[str] = ()
    scopes: Mapping[str, Collection[str]] = field(default_factory=dict)
    user: Collection[str] | None = None

    def check(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Raises what Datadog answers to a request that must not pass.

        401 for no key, 403 for a wrong one or one without the right; not in the recordings, reported by users. The
        endpoints that check a key answer 403 either way (Datadog's reference).
        """
        api, app = headers.get("dd-api-key", ""), headers.get("dd-application-key", "")
        if path in _API_KEY_ONLY:
            if not api or not _among(api, self.api):
                raise Refusal(403, "Forbidden")
            return
        if not api or not app:
            raise Refusal(401, "Unauthorized")
        if not _among(api, self.api) or not _among(app, self.app):
            raise Refusal(403, "Forbidden")
        if app in self.read_only and method not in READS:
            raise Refusal(403, "Forbidden", "The application key is not permitted to make this change")
        scope = required_permission(method, path)
        held = self.scopes.get(app)
        if scope and not (_among(scope, held) and _among(scope, self.user)):
            raise Refusal(403, "Forbidden", "Failed permission authorization checks")  # seen in users' reports


def _among(key: str, keys: Collection[str] | None) -> bool:
    return keys is None or key in keys


def _validate(world: World, call: Call) -> Answer:
    return answer({"valid": True})


def _validate_v2(world: World, call: Call) -> Answer:
    attributes = {"valid": True, "api_key_scopes": [], "api_key_id": f"{ORG_ID}"}
    return answer({"data": {"id": f"{ORG_ID}", "type": "validate_v2", "attributes": attributes}})


def _validate_both(world: World, call: Call) -> Answer:
    return answer({"status": "ok"})


ENDPOINTS = (
    Endpoint("GET", "/api/v1/validate", _validate),
    Endpoint("GET", "/api/v2/validate", _validate_v2),
    Endpoint("GET", "/api/v2/validate_keys", _validate_both),
)
