"""`keys:` in ddsync.yaml: one place, named; placeholders filled; mistakes told by line and no key repeated."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.errors import DefinitionError
from dd_sync.project.credentials.key_settings import Keys, fill_settings
from dd_sync.project.settings import Settings, load_settings, whereabouts

KEY = "0123456789abcdef0123456789abcdef"


def load(root: Path, text: str) -> Settings:
    (root / "ddsync.yaml").write_text(f"project: acme\n{text}")
    return load_settings(root)[0]


def wrong(root: Path, text: str) -> str:
    with pytest.raises(DefinitionError) as raised:
        load(root, text)
    return raised.value.message


def test_a_platform_team_says_it_once(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """\
defaults:
  site: datadoghq.eu
  keys: {aws_secret: "platform/datadog/{env}/{target}", region: eu-west-1}
targets:
  prod-eu: {envs: [prod]}
  staging: {envs: [staging]}
""",
    )
    places = {name: target.keys_of("acme", name).aws_secret for name, target in settings.targets.items()}
    assert {name: place.both for name, place in places.items() if place} == {
        "prod-eu": "platform/datadog/prod/prod-eu",
        "staging": "platform/datadog/staging/staging",
    }
    assert settings.targets["prod-eu"].keys.region == "eu-west-1"


def test_a_target_with_keys_of_its_own_takes_nothing_of_the_inherited_ones(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """\
defaults:
  keys: {credential_command: [vault-keys, "{target}"], timeout_seconds: 5}
targets:
  prod: {}
  sandbox: {keys: {api_key: SANDBOX_API_KEY, app_key: SANDBOX_APP_KEY}}
""",
    )
    assert settings.targets["prod"].keys_of("acme", "prod").credential_command == ["vault-keys", "prod"]
    assert settings.targets["sandbox"].keys.api_key == "SANDBOX_API_KEY"
    assert not settings.targets["sandbox"].keys.elsewhere


def test_variables_are_named_by_target_in_capitals(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """\
defaults:
  keys: {api_key: "DD_API_KEY_{TARGET}", app_key: "DD_APP_KEY_{TARGET}"}
targets:
  prod-eu: {}
""",
    )
    assert settings.targets["prod-eu"].keys_of("acme", "prod-eu").api_key == "DD_API_KEY_PROD_EU"


def test_a_command_in_one_text_is_split_and_then_filled() -> None:
    keys = Keys(credential_command="op read 'op://vault/{target} keys'")
    assert keys.fill({"target": "a b; rm -rf /"}).credential_command == [
        "op",
        "read",
        "op://vault/a b; rm -rf / keys",
    ]


@given(st.text(), st.sampled_from(["{target}", "x-{target}", "{TARGET}{target}"]))
def test_what_fills_a_placeholder_is_never_filled_again(value: str, text: str) -> None:
    found = fill_settings(text, {"target": value})
    assert found.endswith(value)


@pytest.mark.parametrize("text", ["{{target}}", "{.data}", "{}", "{ target }", "jq '{a: .b}'"])
def test_other_braces_stay_as_they_are(text: str) -> None:
    assert fill_settings(text, {"target": "prod"}) == text


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("targets:\n  prod:\n    keys: {credential_comand: [x]}\n", 4, "Did you mean credential_command?"),
        ("targets:\n  prod:\n    keys:\n      files: /a\n      ssm: /b\n", 4, "files and ssm"),
        ("targets:\n  prod:\n    keys:\n      api_key: A\n      ssm: /b\n", 4, "one place"),
        ("targets:\n  prod:\n    keys:\n      files: {api_key: /a}\n", 5, "both keys"),
        ("targets:\n  prod:\n    keys:\n      files: {both: /a, api_key: /b, app_key: /c}\n", 5, "both keys"),
        ("targets:\n  prod:\n    keys:\n      region: eu-west-1\n", 4, "region goes with aws_secret or ssm"),
        ("targets:\n  prod:\n    keys: {files: /a}\n    ca_flie: /x\n", 5, "Did you mean ca_file?"),
        ("targets:\n  prod:\n    keys:\n      credential_command: []\n", 5, "names no program"),
        ('targets:\n  prod:\n    keys:\n      credential_command: "it\'s"\n', 5, "No closing quotation"),
        ("targets:\n  prod:\n    keys:\n      timeout_seconds: soon\n      credential_command: x\n", 5, "number"),
        ("targets:\n  prod:\n    keys:\n      files: '/run/{targte}.json'\n", 5, "Did you mean target?"),
        ("targets:\n  prod:\n    keys:\n      files: '/run/{env}.json'\n", 3, "exactly one environment"),
        ("defaults:\n  keys:\n    files: 3\ntargets:\n  prod: {}\n", 4, "files"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    message = wrong(tmp_path, text)
    assert message.startswith(f"ddsync.yaml:{line}: ")
    assert says in message


@pytest.mark.parametrize("key", [KEY, f"ddapp_{KEY}", f"a{KEY}", "no spaces here", "9lives"])
def test_a_key_where_a_name_belongs_is_refused_unseen(tmp_path: Path, key: str) -> None:
    message = wrong(tmp_path, f'targets:\n  prod:\n    keys: {{api_key: "{key}"}}\n')
    assert "never the key itself" in message
    assert key not in message


def test_a_key_of_the_wrong_type_is_not_repeated(tmp_path: Path) -> None:
    message = wrong(tmp_path, "targets:\n  prod:\n    keys: {api_key: 12345678901234567890}\n")
    assert "12345678901234567890" not in message


def test_where_keys_stand_is_told_for_own_and_inherited_ones(tmp_path: Path) -> None:
    load(tmp_path, "defaults:\n  keys: {files: /a}\ntargets:\n  prod: {}\n  own:\n    keys: {files: /b}\n")
    assert whereabouts(tmp_path, "prod", "keys") == "ddsync.yaml:3"
    assert whereabouts(tmp_path, "own", "keys") == "ddsync.yaml:7"
    assert whereabouts(tmp_path, "prod", "ca_file") == "ddsync.yaml:5"
