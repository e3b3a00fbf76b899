"""Keys in AWS, against moto's: what is read, what each refusal says, and boto3 missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.project.credentials import credentials
from dd_sync.project.credentials.key_pair import Credentials
from dd_sync.project.credentials.key_settings import Keys

boto3 = pytest.importorskip("boto3")
moto = pytest.importorskip("moto")

API, APP = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210fedcba98"
BOTH = json.dumps({"api_key": API, "app_key": APP})
REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with moto.mock_aws():
        yield


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def fetched(**keys: object) -> Credentials:
    return credentials(Keys.model_validate({"region": REGION, **keys}), Path(), lambda: "ddsync.yaml:7")


def refused(**keys: object) -> DdsyncError:
    with pytest.raises(DdsyncError) as raised:
        fetched(**keys)
    assert raised.value.message.startswith("ddsync.yaml:7: ")
    assert not any(key in f"{raised.value.message}{raised.value.hint}" for key in (API, APP))
    return raised.value


@pytest.mark.parametrize("stored", [{"SecretString": BOTH}, {"SecretBinary": BOTH.encode()}])
def test_one_secret_holds_both(stored: dict[str, Any]) -> None:
    arn = client("secretsmanager").create_secret(Name="platform/datadog/prod", **stored)["ARN"]
    for name in ("platform/datadog/prod", arn):
        found = fetched(aws_secret=name)
        assert (found.api_key, found.app_key) == (API, APP)


def test_a_secret_each() -> None:
    for name, key in (("dd/api", API), ("dd/app", f"{APP}\n")):
        client("secretsmanager").create_secret(Name=name, SecretString=key)
    found = fetched(aws_secret={"api_key": "dd/api", "app_key": "dd/app"})
    assert (found.api_key, found.app_key) == (API, APP)


def test_parameters_are_read_decrypted() -> None:
    for name, key in (("/dd/prod/api-key", API), ("/dd/prod/app-key", APP), ("/dd/both", BOTH)):
        client("ssm").put_parameter(Name=name, Value=key, Type="SecureString")
    found = fetched(ssm={"api_key": "/dd/prod/api-key", "app_key": "/dd/prod/app-key"})
    assert (found.api_key, found.app_key) == (API, APP)
    assert fetched(ssm="/dd/both") == found


@pytest.mark.parametrize(
    ("source", "code"), [("aws_secret", "ResourceNotFoundException"), ("ssm", "ParameterNotFound")]
)
def test_what_is_not_there_is_named_with_what_to_look_at(source: str, code: str) -> None:
    error = refused(**{source: "no/such"})
    assert "no/such" in error.message
    assert code in error.message
    assert "region" in error.hint


def test_a_secret_that_is_no_json_is_told_and_not_shown() -> None:
    client("secretsmanager").create_secret(Name="plain", SecretString=API)
    assert "the secret plain is not JSON" in refused(aws_secret="plain").message


def test_an_empty_secret_is_told() -> None:
    client("secretsmanager").create_secret(Name="empty", SecretString=" ")
    assert "is empty" in refused(aws_secret="empty").message


def test_without_a_region_it_says_which_setting() -> None:
    with pytest.raises(DdsyncError) as raised:
        credentials(Keys.model_validate({"ssm": "/x"}), Path(), lambda: "ddsync.yaml:7")
    assert "NoRegionError" in raised.value.message
    assert "region:" in raised.value.hint


def test_a_profile_that_is_not_there_is_told() -> None:
    error = refused(aws_secret="x", profile="nobody")
    assert "ProfileNotFound" in error.message
    assert "profile:" in error.hint


def test_a_refusal_names_the_action_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    def denied(self: Any, operation: str, parameters: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": f"quotes {API}"}}, operation)

    monkeypatch.setattr(BaseClient, "_make_api_call", denied)
    assert "secretsmanager:GetSecretValue" in refused(aws_secret="x").hint
    assert "ssm:GetParameter" in refused(ssm="x").hint


def test_without_boto3_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    error = refused(aws_secret="x")
    assert "need boto3" in error.message
    assert "ddsync[aws]" in error.hint
