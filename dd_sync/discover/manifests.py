"""Rendered manifests from a file, a folder or standard input, each object with its place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dd_sync.core.errors import DefinitionError
from dd_sync.discover.documents import Malformed, documents
from dd_sync.discover.tree import Tree, branch, branches, text, texts
from dd_sync.discover.unrendered import chart_of, holds_template, not_rendered, refuse_file, refuse_folder

ENDINGS = (".yaml", ".yml", ".json")


class Text(Protocol):
    """An open file or standard input: `read()` gives text or bytes, `name` stands in errors."""

    @property
    def name(self) -> str: ...

    def read(self) -> str | bytes: ...


@dataclass(frozen=True)
class Manifest:
    """One document: `kind` and `name` of the Kubernetes object, empty where it is none."""

    kind: str
    name: str
    namespace: str | None
    body: Tree = field(repr=False)
    file: str
    line: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def read(source: Path | Text) -> list[Manifest]:
    """Every document of a file, of a folder (`*.yaml`, `*.yml`, `*.json`, in any depth) or of open text.

    Lists are unpacked. A document that is not a Kubernetes object is kept with an empty `kind`, so that `discover`
    can say so. Raises DefinitionError for malformed YAML (with `file:line`), for a chart or kustomization that is
    not rendered, and when there is no Kubernetes object at all.
    """
    if isinstance(source, Path):
        name = str(source)
        manifests = [manifest for file in _files(source) for manifest in _of_file(file)]
    else:
        name = source.name
        manifests = _of_text(_decoded(_content(source), name), name, None)
    if not any(manifest.kind for manifest in manifests):
        raise DefinitionError(
            f"{name}: no Kubernetes objects found",
            hint="Give rendered manifests: a file, a folder, or helm template … | ddsync discover -",
        )
    return manifests


def _files(source: Path) -> Iterator[Path]:
    if not source.exists():
        raise DefinitionError(f"{source}: no such file or folder")
    if not source.is_dir():
        refuse_file(source)
        yield source
        return
    for folder, below, names in os.walk(source):
        here = Path(folder)
        refuse_folder(here)
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from (here / name for name in sorted(names) if _is_manifest(name))


def _is_manifest(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and not name.startswith(".")


def _of_file(file: Path) -> list[Manifest]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DefinitionError(f"{file}: cannot be read: {error.strerror}") from None
    return _of_text(_decoded(content, str(file)), str(file), file)


def _content(source: Text) -> str | bytes:
    try:
        return source.read()
    except UnicodeDecodeError:
        raise _not_text(source.name) from None


def _decoded(content: str | bytes, name: str) -> str:
    """UTF-8 with or without a mark, and UTF-16, which PowerShell writes for `helm template > file`."""
    if isinstance(content, str):
        return content
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise _not_text(name) from None


def _not_text(name: str) -> DefinitionError:
    return DefinitionError(f"{name}:1: this is not text", hint="Give rendered Kubernetes manifests, as YAML or JSON.")


def _of_text(content: str, name: str, file: Path | None) -> list[Manifest]:
    try:
        found = documents(content, name)
    except Malformed as error:
        if holds_template(content, error.line):
            raise not_rendered(f"{name}:{error.line}", chart_of(file) if file else None) from None
        raise
    manifests = [_manifest(each.value, name, each.line) for each in found if each.value is not None]
    for manifest in manifests:
        if _is_template(manifest):
            raise not_rendered(manifest.where, chart_of(file) if file else None)
    return manifests


def _manifest(value: object, file: str, line: int) -> Manifest:
    body = branch(value)
    kind = text(body.get("kind")) if text(body.get("apiVersion")) else None
    metadata = branch(body, "metadata")
    name = text(metadata.get("name")) or text(metadata.get("generateName")) or ""
    return Manifest(kind or "", name, text(metadata.get("namespace")), body, file, line)


def _is_template(manifest: Manifest) -> bool:
    """A quoted `"{{ .Values.name }}"` is valid YAML; in a name, a label or an image it means a raw template."""
    template = branch(manifest.body, "spec", "template")
    labels = texts(branch(manifest.body, "metadata").get("labels")) | texts(branch(template, "metadata").get("labels"))
    images = [text(each.get("image")) or "" for each in branches(branch(template, "spec").get("containers"))]
    return bool(manifest.kind) and any("{{" in each for each in (manifest.name, *labels.values(), *images))
