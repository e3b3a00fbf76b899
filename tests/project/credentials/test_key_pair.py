"""Two keys in one text: every usual spelling is read, what is wrong is told, and no key stands in an error."""

from __future__ import annotations

import json

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.project.credentials.key_pair import LARGEST, decode_pair, parse_pair

API, APP = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210fedcba98"


def fail(text: str, hint: str) -> DdsyncError:
    return DdsyncError(f"here: {text}", hint=hint)


@pytest.mark.parametrize(
    ("api", "app"),
    [("api_key", "app_key"), ("DD_API_KEY", "DD_APP_KEY"), ("apiKey", "applicationKey"), ("datadog-api-key", "appkey")],
)
def test_the_usual_spellings_of_their_names_are_read(api: str, app: str) -> None:
    pair = parse_pair(json.dumps({api: f" {API}\n", app: APP, "other": 1}), "it", fail)
    assert (pair.api_key, pair.app_key) == (API, APP)
    assert API not in repr(pair)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (API, "it is not JSON"),
        (json.dumps([API]), "it is JSON, but no object"),
        (json.dumps({"api_key": API}), "it has no app_key"),
        (json.dumps({"api_key": "", "app_key": APP}), "it has an api_key that is empty"),
        (json.dumps({"api_key": API, "app_key": [APP]}), "it has an app_key that is empty or no text"),
        (json.dumps({"Version": 2, "api_key": API, "app_key": APP}), "of a version that ddsync does not know"),
        (json.dumps({"api_key": API, "app_key": APP, "Expiration": "2001-01-01"}), "have expired"),
    ],
)
def test_what_is_wrong_is_told_without_the_keys(text: str, says: str) -> None:
    with pytest.raises(DdsyncError) as caught:
        parse_pair(text, "it", fail)
    assert says in str(caught.value)
    assert API not in str(caught.value)
    assert APP not in str(caught.value)


def test_keys_that_end_in_the_future_are_taken() -> None:
    text = json.dumps({"api_key": API, "app_key": APP, "Expiration": "2999-01-01T00:00:00Z", "Version": 1})
    assert parse_pair(text, "it", fail).app_key == APP


@pytest.mark.parametrize(("content", "says"), [(b"x" * (LARGEST + 1), "longer than"), (b"\xff\xfe\x00", "UTF-8")])
def test_bytes_that_cannot_be_a_pair_are_refused_before_they_are_read(content: bytes, says: str) -> None:
    with pytest.raises(DdsyncError, match=says):
        decode_pair(content, "it", fail)


def test_a_mark_of_byte_order_is_no_part_of_the_text() -> None:
    assert decode_pair(b"\xef\xbb\xbf{}", "it", fail) == "{}"
