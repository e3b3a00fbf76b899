"""Keys in AWS: a secret of Secrets Manager, or parameters of Systems Manager. boto3 is loaded here and on use only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dd_sync.project.credentials.key_pair import Credentials, Fail, parse_pair
from dd_sync.project.credentials.key_settings import Keys, Parts

CONNECT_SECONDS, READ_SECONDS = 5, 15

_HINTS = {
    "AccessDeniedException": "its role needs {action} on it, and kms:Decrypt on the key it is encrypted with",
    "ResourceNotFoundException": "look at its name, at region: and at the account of these credentials",
    "ParameterNotFound": "look at its name, at region: and at the account of these credentials",
    "NoCredentialsError": "give this run a role: OIDC on CI, IRSA or Pod Identity on EKS, aws sso login at a desk",
    "NoRegionError": "say region: beside it, or set AWS_REGION",
    "ProfileNotFound": "look at profile:, and at ~/.aws/config",
}
_OTHERWISE = "try the same with the aws command line to see more"


def fetch_secret(keys: Keys, fail: Fail) -> Credentials:
    """The keys of `aws_secret:` or `ssm:`. Raises what `fail` makes; AWS's answers are named by their codes alone."""
    if keys.aws_secret is not None:
        place = _Place(_connected("secretsmanager", keys, fail), "secret", "secretsmanager:GetSecretValue", fail)
        return _both(keys.aws_secret, place, _secret)
    assert keys.ssm is not None
    place = _Place(_connected("ssm", keys, fail), "parameter", "ssm:GetParameter", fail)
    return _both(keys.ssm, place, _parameter)


@dataclass(frozen=True)
class _Place:
    """A service of AWS: its client, what its things are called, and the action that reading one needs."""

    client: Any
    noun: str
    action: str
    fail: Fail


def _both(parts: Parts, place: _Place, read: Callable[[Any, str], str]) -> Credentials:
    if parts.both is not None:
        return parse_pair(_asked(place, read, parts.both), f"the {place.noun} {parts.both}", place.fail)
    return Credentials(*(_asked(place, read, name or "").strip() for name in (parts.api_key, parts.app_key)))


def _asked(place: _Place, read: Callable[[Any, str], str], name: str) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        text = read(place.client, name)
    except (BotoCoreError, ClientError) as error:
        # What AWS answered has a code; what never reached it only a type. Its sentences may quote anything.
        code = str(getattr(error, "response", {}).get("Error", {}).get("Code") or type(error).__name__)
        hint = _HINTS.get(code, _OTHERWISE).format(action=place.action)
        raise place.fail(f"the {place.noun} {name} cannot be read: {code}", hint) from None
    if not text.strip():
        raise place.fail(f"the {place.noun} {name} is empty", "put the keys in")
    return text


def _secret(client: Any, name: str) -> str:
    found = client.get_secret_value(SecretId=name)
    text = found.get("SecretString")
    return str(text) if text is not None else bytes(found.get("SecretBinary") or b"").decode("utf-8", "replace")


def _parameter(client: Any, name: str) -> str:
    return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])


def _connected(service: str, keys: Keys, fail: Fail) -> Any:
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise fail("keys from AWS need boto3", "pip install 'ddsync[aws]'") from None
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 3})
    try:
        session = boto3.session.Session(profile_name=keys.profile, region_name=keys.region)
        return session.client(service, config=config)
    except (BotoCoreError, ValueError) as error:
        code = type(error).__name__
        raise fail(f"AWS cannot be asked: {code}", _HINTS.get(code, _OTHERWISE)) from None
