"""`keys:` of a target: where its API and application keys come from. Which place that is, never the keys themselves.

One place at a time. Said once under `defaults:`, with `{target}` or `{env}` for what differs, it serves every target.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dd_sync.core.errors import did_you_mean

PLACEHOLDERS = ("project", "target", "env", "PROJECT", "TARGET", "ENV")
"""What texts under `keys:` may leave to be filled; in capitals it is fit for the name of an environment variable."""

ENVIRONMENT = ("api_key", "app_key")
ELSEWHERE = ("credential_command", "files", "aws_secret", "ssm")
"""The fields that each name a place; of all of them together one may be used."""

_NAMED = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_VARIABLE = re.compile(r"(?:[A-Za-z_]|\{\w+\})(?:[A-Za-z0-9_]|\{\w+\})*")
_A_KEY = re.compile(r"(?i)(?:dd(?:app|api)?_)?[0-9a-z]{30,}")


def _checked(text: str) -> str:
    for name in _NAMED.findall(text):
        if name not in PLACEHOLDERS:
            near = did_you_mean(name, PLACEHOLDERS) or f" There are {', '.join(PLACEHOLDERS)}."
            raise ValueError(f"nothing fills {{{name}}}.{near}")
    return text


def _variable(text: str) -> str:
    """The name of an environment variable. A text that may be a key is refused without repeating it."""
    if _A_KEY.fullmatch(text) or not _VARIABLE.fullmatch(text):
        raise ValueError("this takes the name of an environment variable that holds the key, never the key itself")
    return _checked(text)


def _words(value: object) -> object:
    """A command in one text is split as a shell would, quotes included; nothing else of a shell happens to it."""
    if isinstance(value, str):
        value = shlex.split(value)
    if isinstance(value, list) and not value:
        raise ValueError("this names no program")
    return value


def _parts(value: object) -> object:
    return {"both": value} if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_checked), Field(min_length=1)]
Variable = Annotated[str, AfterValidator(_variable)]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)


class Parts(_Facts):
    """The places of the two keys, or the one that holds both."""

    both: Text | None = None
    api_key: Text | None = None
    app_key: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        apart = (self.api_key is not None, self.app_key is not None)
        if apart not in (((False, False), (True, True))) or (self.both is not None) == apart[0]:
            raise ValueError("name one place that holds both keys, or one as api_key and one as app_key")
        return self

    def fill(self, values: Mapping[str, str]) -> Self:
        return type(self)(**{name: fill_settings(text, values) for name, text in self if text is not None})


Source = Annotated[Parts, BeforeValidator(_parts, json_schema_input_type=str | Parts)]
Command = Annotated[Sequence[str], BeforeValidator(_words, json_schema_input_type=str | Sequence[str])]


class Keys(_Facts):
    """Where a target's keys come from: environment variables unless it is one of the other places."""

    api_key: Variable = "DD_API_KEY"
    """The environment variable that holds the API key."""
    app_key: Variable = "DD_APP_KEY"
    """The environment variable that holds the application key."""
    credential_command: Command | None = None
    """A program that prints `{"api_key": "…", "app_key": "…"}`. No shell is involved."""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    """How long the program may take."""
    files: Source | None = None
    """A JSON file, a folder with a file for each key, or a file each, as Kubernetes mounts and Vault's agent writes."""
    aws_secret: Source | None = None
    """A secret of AWS Secrets Manager, by name or ARN: JSON with both keys, or a secret each."""
    ssm: Source | None = None
    """A parameter of AWS Systems Manager: JSON with both keys, or a parameter each."""
    region: Text | None = None
    """AWS region, where the environment does not say it."""
    profile: Text | None = None
    """AWS profile, where the environment does not say it."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        used = [name for name in ELSEWHERE if getattr(self, name) is not None]
        if self.model_fields_set & {*ENVIRONMENT}:
            used.insert(0, "environment variables (api_key, app_key)")
        if len(used) > 1:
            raise ValueError(f"keys come from one place; here are {' and '.join(used)}")
        for field, places in (
            ("region", ELSEWHERE[2:]),
            ("profile", ELSEWHERE[2:]),
            ("timeout_seconds", ELSEWHERE[:1]),
        ):
            if field in self.model_fields_set and not {*places} & {*used}:
                raise ValueError(f"{field} goes with {' or '.join(places)}")
        return self

    @property
    def elsewhere(self) -> bool:
        """Whether they come from anywhere but the environment."""
        return any(getattr(self, name) is not None for name in ELSEWHERE)

    @property
    def uses(self) -> frozenset[str]:
        """The placeholders that stand anywhere in them, in lower case."""
        return frozenset(name.lower() for text in _texts(self.model_dump()) for name in _NAMED.findall(text))

    def fill(self, values: Mapping[str, str]) -> Self:
        """With every placeholder replaced, each where it stands: a value is never split or read as a command."""
        return type(self)(**{name: _filled(value, values) for name, value in self if name in self.model_fields_set})


def fill_settings(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders replaced; braces around anything else stay."""
    capitals = {name.upper(): re.sub(r"\W", "_", value).upper() for name, value in values.items()}
    known = {**values, **capitals}
    return _NAMED.sub(lambda found: known.get(found[1], found[0]), text)


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    match value:
        case str():
            return fill_settings(value, values)
        case Parts():
            return value.fill(values)
        case list() | tuple():
            return [fill_settings(word, values) for word in value]
        case _:
            return value


def _texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for item in value.values() for text in _texts(item)]
        case list() | tuple():
            return [text for item in value for text in _texts(item)]
        case _:
            return []
