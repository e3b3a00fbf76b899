"""Where something stands, as a person would say it: `monitors/eks.py:41`, from the project's root."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from pydantic import ValidationError

from dd_sync import packs
from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.core.resource import Resource
from dd_sync.definitions.definition import Definition
from dd_sync.kinds import FOLDERS


class Places:
    """Shortens paths of one project, and finds the line of a definition file an error comes from."""

    def __init__(self, root: Path) -> None:
        self._short: dict[str, str] = {}
        self._roots = [(root, ""), (packs.FOLDER, "" if root == packs.FOLDER else "dd_sync/packs/")]

    def shown(self, file: str, line: int) -> str:
        """`file:line`, short for files of the project and of the packs."""
        if file not in self._short:  # as many objects as there are come from a few files
            self._short[file] = self._shortened(file)
        return f"{self._short[file]}:{line}"

    def _shortened(self, file: str) -> str:
        path = Path(file)
        for root, prefix in self._roots:
            if path.is_relative_to(root):
                return f"{prefix}{path.relative_to(root).as_posix()}"
        return file

    def of(self, definition: Definition) -> str:
        return self.shown(definition.file, definition.line)

    def holds(self, file: str) -> bool:
        """Whether a file is one of the project's or the packs' definition files."""
        path = Path(file)
        inside = (path.relative_to(root) for root, _ in self._roots if path.is_relative_to(root))
        return any(part.parts[0] in FOLDERS for part in inside if part.parts)

    def shorten(self, error: DefinitionError) -> DefinitionError:
        """The error with the project's root taken out of the paths it names."""
        text, at = error.problem, error.at
        for root, prefix in self._roots:
            text, at = text.replace(f"{root}/", prefix), at.replace(f"{root}/", prefix)
        return DefinitionError(text, at=at, hint=error.hint)

    def error_in(self, error: BaseException, name: str, about: str = "") -> DefinitionError:
        """An exception of a definition file as an error that names its line, not ours."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if self.holds(frame.filename)]
        where = self.shown(frames[-1].filename, frames[-1].lineno or 1) if frames else name
        return DefinitionError(_said(error), at=where, hint=about)


def _said(error: BaseException) -> str:
    """What an exception says, for people: a model's complaint without the model's own vocabulary."""
    if isinstance(error, ValidationError):
        faults = error.errors()
        extra = [fault for fault in faults if fault["type"] == "extra_forbidden"]
        fault = (extra or faults)[0]  # a misspelt field is missing under its right name too
        place = ".".join(str(step) for step in fault["loc"])
        match fault["type"]:
            case "value_error":
                return str(fault["ctx"]["error"])
            case "extra_forbidden":
                missing = [str(fault["loc"][0]) for fault in faults if fault["type"] == "missing" and fault["loc"]]
                near = _SYNONYMS.get(str(fault["loc"][-1]), "") if len(fault["loc"]) == 1 else ""
                meant = near if near in missing else ""
                told = f" Did you mean {meant}?" if meant else did_you_mean(str(fault["loc"][-1]), missing)
                return f"{error.title} has no field {place}.{told}"
            case "missing":
                return f"{error.title} needs {place}"
            case _ if isinstance(fault["input"], Resource):
                made = type(fault["input"]).__name__
                return f"{error.title}: {place}: got a whole {made}: refer to one by its definition, NAME.ref(entry)"
            case _:
                text = f"{fault['msg'][:1].lower()}{fault['msg'][1:]}"
                return f"{error.title}: {place}: {text}, got {_short(fault['input'])}"
    if isinstance(error, TypeError) and (of := _WITHOUT_ENTRY.match(str(error))):
        return f".ref() needs what the definition is repeated over: NAME.ref({_ENTRIES[of[1]]})"
    return f"{type(error).__name__}: {_short(str(error), whole=True)}"


_WITHOUT_ENTRY = re.compile(r"(Repeated|Several)\.ref\(\) missing \d+ required positional")
_ENTRIES = {"Repeated": "entry", "Several": "entry, key"}

LONGEST = 200
"""Characters of a value or a text of somebody else's in an error."""


def _short(value: object, *, whole: bool = False) -> str:
    """A value as an error shows it; `whole` for a text that is a message already."""
    text = str(value) if whole else repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


_SYNONYMS = {"title": "name", "name": "title", "expression": "query", "expr": "query", "text": "message"}
"""What other tools call a field of ours."""
