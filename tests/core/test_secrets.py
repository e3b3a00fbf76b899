"""Secrets out of sight: by value in any spelling, by form, and by the name of the variable that holds them."""

from __future__ import annotations

import html
import json
import time
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.secrets import SHORTEST, SHOWN, Redactor, has_secret, secrets_of

PLANTED = "Zq7'w&x<2/p\"9+k="


@pytest.mark.parametrize("spelt", [PLANTED, json.dumps(PLANTED), quote_plus(PLANTED), html.escape(PLANTED)])
def test_a_known_value_is_masked_in_every_spelling(spelt: str) -> None:
    shown = Redactor([PLANTED]).text(f"before {spelt} after")
    assert PLANTED not in shown
    assert "9+k" not in shown
    assert "9%2Bk" not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=SHORTEST), st.text(), st.text())
def test_no_known_value_is_left_anywhere(value: str, before: str, after: str) -> None:
    assert value == SHOWN or value not in Redactor([value]).text(f"{before}{value}{after}") or value in SHOWN


def test_short_values_are_not_looked_for() -> None:
    assert Redactor(["prod"]).text("the prod cluster") == "the prod cluster"


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.slack.com/services/T0000/B0000/abcdefghijkl",
        "token=hunter2hunter2",
        '{"api_key": "0123456789abcdef0123456789abcdef"}',
        "Authorization: Bearer abcdefghijklmnop",
        "https://user:hunter2hunter2@example.com",
        "ghp_0123456789abcdefghij",
        "secret: ALLCAPS0BUT0NO0NAME",
    ],
)
def test_what_has_the_form_of_a_secret_is_masked(text: str) -> None:
    assert has_secret(text)
    assert SHOWN in Redactor().text(text)
    assert not any(part in Redactor().text(text) for part in ("hunter2", "abcdef", "0BUT0", "ijkl"))


@pytest.mark.parametrize(
    "text",
    [
        '"api_key": "DD_API_KEY",',
        "api_key: DD_API_KEY_PROD",
        "app_key: $DD_APP_KEY",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "password: DB_PASSWORD",
    ],
)
def test_the_name_of_a_variable_is_no_secret(text: str) -> None:
    assert not has_secret(text)
    assert Redactor().text(text) == text


def test_variables_are_known_to_be_secret_by_their_names() -> None:
    environment = {
        "DD_API_KEY": "aaaaaaaa",
        "DATADOG_APP_KEY": "bbbbbbbb",
        "GITHUB_TOKEN": "cccccccc",
        "AWS_SECRET_ACCESS_KEY": "dddddddd",
        "SLACK_WEBHOOK": "eeeeeeee",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
        "AWS_ACCESS_KEY_ID": "AKIA",
        "DD_SITE": "datadoghq.eu",
        "PATH": "/usr/bin",
    }
    assert set(secrets_of(environment)) == {letter * 8 for letter in "abcde"}


FIELDS = {
    "config.request.headers.Authorization": "Basic c2hvcA==",
    "config.request.headers.X-Api-Key": "abc",
    "config.request.headers.Cookie": "session=1",
    "config.request.basicAuth.password": "hunter2",
    "config.request.basicAuth.clientSecret": "abc",
    "config.configVariables[TOKEN].pattern": "abc",
}


@pytest.mark.parametrize(("path", "value"), FIELDS.items())
def test_what_stands_in_a_field_that_is_called_as_a_secret_is_one(path: str, value: str) -> None:
    assert Redactor().json(value, path) == SHOWN
    change = {"path": path, "before": value, "after": f"{value}2"}
    assert Redactor().json(change) == {"path": path, "before": SHOWN, "after": SHOWN}
    *_, name = path.split(".")
    if "[" not in path:
        assert Redactor().json({name: value}) == {name: SHOWN}
        assert value not in Redactor().text(json.dumps({name: value}))
        assert value not in Redactor().text(repr({name: value}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("config.request.headers.Accept", "application/json"),
        ("config.request.url", "https://shop.example.com/token"),
        ("config.request.basicAuth.password", "{{ SHOP_PASSWORD }}"),
        ("config.request.headers.Authorization", "{{ BEARER }}"),
        ("widgets[0].definition.title", "Secrets that expire"),
        ("path", "config.request.headers.Cookie"),
    ],
)
def test_where_a_secret_is_and_talk_of_one_are_shown(path: str, value: str) -> None:
    assert Redactor().json(value, path) == value
    *_, name = path.split(".")
    assert Redactor().text(json.dumps({name: value})) == json.dumps({name: value})


def test_a_variable_that_is_said_to_be_secret_has_no_value_to_read() -> None:
    open_, closed = ({"name": "N", "secure": secure, "pattern": "12345", "example": "1"} for secure in (False, True))
    assert Redactor().json([open_, closed]) == [open_, {**closed, "pattern": SHOWN, "example": SHOWN}]


def test_the_content_of_a_file_is_not_shown() -> None:
    key = {"filename": "probe.key", "content": "MIIEvQ"}
    assert Redactor().json({"certificate": {"key": key}}) == {"certificate": {"key": {**key, "content": SHOWN}}}


PIECES = ("a", "A_", "KEY_", "_KEY", " ", "\n", "'", '"', "\\", "{{", "https://", "https://a:", "token=", "'token': '")


@pytest.mark.parametrize("head", ["", "token=", "'token': '", "https://a:", "bearer ", "-----BEGIN PRIVATE KEY-----"])
@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_is_masked_in_a_moment(head: str, piece: str) -> None:
    started = time.process_time()
    Redactor(["0123456789abcdef" * 2]).text(head + piece * (1_000_000 // len(piece)) + "!")
    assert time.process_time() - started < 5
