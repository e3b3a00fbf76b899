"""A YAML file that can say where each of its values stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.project.problems import Faults
from dd_sync.project.yaml_reader import Fault, documents

Steps = Sequence[str | int]

M = TypeVar("M", bound=BaseModel)


class YamlFile:
    """One file, one or several documents. Raises DefinitionError for what is not YAML."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            self.text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise DefinitionError(f"{self.shown}:1: not a text file in UTF-8") from None
        except OSError as error:
            raise DefinitionError(f"{self.shown}: {error.strerror}") from None
        try:
            found = documents(self.text)
        except Fault as fault:
            raise DefinitionError(f"{self.shown}:{fault.line + 1}: not YAML: {fault.problem}") from None
        self._nodes = [node for node, _ in found]
        self.documents: list[Any] = [value for _, value in found]

    def mapping(self, document: int = 0) -> dict[str, Any]:
        """A document that must be a mapping; an empty file is an empty one."""
        data = self.documents[document] if self.documents else None
        if data is None:
            return {}
        if not isinstance(data, dict):
            raise DefinitionError(f"{self.shown}:1: expected names and values, found {type(data).__name__}")
        return data

    def at(self, steps: Steps = (), document: int = 0) -> str:
        """`file:line` of the value at these steps, or of the nearest one above it that exists."""
        node = self._nodes[document] if document < len(self._nodes) else None
        line = node.start_mark.line if node is not None else 0
        for step in steps:
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return f"{self.shown}:{line + 1}"

    def validate(self, model: type[M], data: Any, steps: Steps = (), document: int = 0) -> M:
        """The data as a model. Raises DefinitionError with the line and the nearest right name, for several mistakes
        one that holds them all."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            faults: dict[tuple[str, object], DefinitionError] = {}
            for fault in error.errors():
                at = self.at([*steps, *(step for step in fault["loc"] if isinstance(step, str | int))], document)
                # A value that may be of several types has a fault for each of them: the first is enough.
                name = fault["loc"] if fault["type"] in ("extra_forbidden", "missing") else None
                faults.setdefault((at, name), DefinitionError(f"{at}: {_fault_text(fault, model)}"))
            found = list(faults.values())
            raise (found[0] if len(found) == 1 else Faults(found)) from None


def _step(node: Any, step: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if str(name.value).replace("-", "_") == str(step).replace("-", "_"):
                return name.start_mark.line, value
    return None


def _fault_text(fault: Any, model: type[BaseModel]) -> str:
    place = ".".join(str(step) for step in fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            name = str(fault["loc"][-1])
            known = _fields(model, fault["loc"][:-1])
            return f'unknown name "{name}".{did_you_mean(name, known)}'
        case "missing":
            return f"{place} is missing"
        case "value_error":
            return f"{place}: {fault['ctx']['error']}" if place else str(fault["ctx"]["error"])
        case "literal_error" if "keys" not in fault["loc"]:
            near = did_you_mean(str(fault["input"]), re.findall(r"'([^']*)'", fault["ctx"]["expected"]))
            return f"{place}: {_message(fault)}, got {_short(fault['input'])}.{near}".rstrip(".")
        case _ if "keys" in fault["loc"]:  # somebody may have put a key there
            return f"{place}: {_message(fault)}"
        case _:
            return f"{place}: {_message(fault)}, got {_short(fault['input'])}"


def _message(fault: Any) -> str:
    return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}"


def _fields(model: Any, steps: Iterable[str | int]) -> list[str]:
    """The names a nested model knows, as far as its annotations tell."""
    for step in steps:
        fields = getattr(model, "model_fields", None)
        if fields is not None and step in fields:
            model = fields[step].annotation
        inner = [part for part in _leaves(model) if isinstance(part, type) and hasattr(part, "model_fields")]
        model = inner[0] if inner else model
    return list(getattr(model, "model_fields", {}))


def _leaves(hint: Any) -> list[Any]:
    parts = get_args(hint)
    return [hint] if not parts else [leaf for part in parts for leaf in _leaves(part)]


def _short(value: object) -> str:
    """A value as it is repeated to a person."""
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
