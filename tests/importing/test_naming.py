"""Names that a person would give, none of them twice."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.importing.naming import file_name, function_name, group, identifier


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("CPU is high", "cpu_is_high"),
        ("[prod] Disk {{device.name}} of {{host.name}} is full", "disk_of_is_full"),
        ("[prod] Errors", "prod_errors"),
        ("Pods restart on {{kube_cluster_name.name}}", "pods_restart"),
        ("5xx rate", "monitor_5xx_rate"),
        ("Überlauf: Größe", "uberlauf_groe"),
        ("警報", "monitor_42"),
        ("class", "monitor_class"),
        ("", "monitor_42"),
        ("a very long title " * 9, "a_very_long_title_a_very_long_title_a_very_long"),
    ],
)
def test_a_function_is_called_after_its_title(title: str, name: str) -> None:
    assert function_name(title, "monitor", "42", ()) == name


def test_a_name_that_is_taken_is_given_its_prefix_and_then_a_number() -> None:
    taken = ["is_down"]
    for name in ("web_is_down", "web_is_down_2", "web_is_down_3"):
        found = function_name("[web] is down", "monitor", "1", taken)
        assert found == name
        taken.append(found)


@given(st.lists(st.text(max_size=80), max_size=30), st.integers(1, 10**9))
def test_every_title_gets_a_name_of_its_own_that_python_and_keys_take(titles: list[str], object_id: int) -> None:
    taken: list[str] = []
    for title in titles:
        name = function_name(title, "monitor", str(object_id), taken)
        assert name.isidentifier()
        assert name.isascii()
        assert name == name.lower()
        assert not keyword.iskeyword(name)
        assert name not in taken
        taken.append(name)


def test_files_are_teams_then_services_then_integrations() -> None:
    assert group(["env:prod", "service:cart", "team:shop"]) == "shop"
    assert group(["integration:redis", "service:Cart API"]) == "cart_api"
    assert group(["integration:redis"]) == "redis"
    assert group(["env:prod", "team:"]) == "imported"


def test_a_file_gets_the_next_free_name() -> None:
    assert file_name("shop", ()) == "shop"
    assert file_name("shop", ("shop", "shop_2")) == "shop_3"
    assert file_name("import", ()) == "team_import"
    assert file_name("1st", ()) == "team_1st"


def test_an_identifier_ends_with_a_word() -> None:
    assert identifier("x" * 80) == "x" * 50
    assert not identifier("word " * 30).endswith("_")
