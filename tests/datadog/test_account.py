"""Where a target is, and with which keys; keys never stand in errors."""

from __future__ import annotations

import pytest

from dd_sync.core.errors import DdsyncError, UsageError
from dd_sync.core.sites import SITES
from dd_sync.datadog.account import account, check_url

API, APP = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210fedcba98"
KEYS = {"DD_API_KEY": API, "DD_APP_KEY": APP}


def test_without_a_word_it_is_the_first_site() -> None:
    found = account(KEYS)
    assert (found.address.base, found.place) == ("https://api.datadoghq.com", "datadoghq.com")
    assert (found.address.api_key, found.address.app_key) == (API, APP)


def test_a_target_says_its_site_louder_than_the_environment() -> None:
    environment = {**KEYS, "DD_SITE": "us5.datadoghq.com"}
    assert account(environment).address.base == "https://api.us5.datadoghq.com"
    assert account(environment, site="datadoghq.eu").address.base == "https://api.datadoghq.eu"


@pytest.mark.parametrize("host", ["http://127.0.0.1:8126", "http://127.0.0.1:8126/", "https://proxy.example.com//"])
def test_dd_host_is_louder_than_everything_and_takes_the_usual_keys(host: str) -> None:
    found = account({**KEYS, "DD_HOST": host}, site="datadoghq.eu", api_key="OTHER", app_key="OTHER")
    assert found.address.base == host.rstrip("/")
    assert found.pages == found.address.base
    assert found.place == host.rstrip("/").partition("://")[2]


def test_a_target_may_name_its_own_keys() -> None:
    found = account({"PROD_API": API, "PROD_APP": APP}, api_key="PROD_API", app_key="PROD_APP")
    assert found.address.api_key == API


@pytest.mark.parametrize("missing", ["DD_API_KEY", "DD_APP_KEY"])
@pytest.mark.parametrize("value", ["", "  "])
def test_a_missing_key_is_named_and_the_other_not_shown(missing: str, value: str) -> None:
    with pytest.raises(DdsyncError) as raised:
        account({**KEYS, missing: value})
    assert raised.value.message == f"{missing} is not set, so Datadog cannot be asked"
    assert not any(key in raised.value.message + raised.value.hint for key in (API, APP))


@pytest.mark.parametrize("key", [f"{API}\nx", f"{API} x", "ключ" * 8, API + "\u200b"])
def test_a_key_with_what_no_key_has_is_refused_unseen(key: str) -> None:
    with pytest.raises(DdsyncError, match="characters that no key has") as raised:
        account({**KEYS, "DD_API_KEY": key})
    assert key not in raised.value.message + raised.value.hint


def test_blanks_around_a_key_are_not_of_the_key() -> None:
    assert account({**KEYS, "DD_API_KEY": f" {API}\n"}).address.api_key == API


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://anywhere.example"]
)
def test_plain_http_goes_to_this_machine_alone(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "ftp://localhost",
        "localhost:8126",
        "https://",
        "http://127.0.0.1:99999",
        "http://[::1",
        "https://two words.example",
    ],
)
def test_an_address_that_would_show_the_keys_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        check_url(url)


def test_an_address_holds_no_password_and_none_is_repeated() -> None:
    for host in ("example.com", "", "[::1", "example.com:99999"):
        with pytest.raises(UsageError) as raised:
            check_url(f"https://user:hunter2@{host}")
        assert "hunter2" not in raised.value.message


def test_pages_of_a_site_of_two_parts_are_under_app() -> None:
    pages = {site: account(KEYS, site=site).pages for site in SITES}
    assert pages["datadoghq.com"] == "https://app.datadoghq.com"
    assert pages["datadoghq.eu"] == "https://app.datadoghq.eu"
    assert pages["us3.datadoghq.com"] == "https://us3.datadoghq.com"


def test_a_certificate_authority_is_passed_on() -> None:
    assert account(KEYS, ca_file="/etc/own.pem").address.ca_file == "/etc/own.pem"


def test_keys_are_not_shown() -> None:
    assert not any(key in repr(account(KEYS)) for key in (API, APP))


def test_keys_of_another_place_are_fetched_and_no_variable_is_asked_for() -> None:
    found = account({}, fetch=lambda: (API, APP))
    assert (found.address.api_key, found.address.app_key) == (API, APP)


def test_with_dd_host_nothing_is_fetched() -> None:
    def never() -> tuple[str, str]:
        raise AssertionError("fetched")

    assert account({**KEYS, "DD_HOST": "http://127.0.0.1:1"}, fetch=never).address.api_key == API


def test_a_fetched_key_with_what_no_key_has_is_refused_unseen() -> None:
    with pytest.raises(DdsyncError, match="the application key holds") as raised:
        account({}, fetch=lambda: (API, f"{APP}\nsecond line"))
    assert APP not in raised.value.message + raised.value.hint
