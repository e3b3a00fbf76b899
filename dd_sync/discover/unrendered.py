"""Recognises Helm charts and kustomizations that are not rendered, and names the command that renders them."""

from __future__ import annotations

import re
from pathlib import Path

from dd_sync.core.errors import DefinitionError

KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})

_TEMPLATE = re.compile(r"\{\{-?\s*(?:[.$]|/\*|(?:if|else|end|with|range|include|template|define|block|toYaml|tpl)\b)")
_OF_HELM = re.compile(r"\{\{(?:[^{}\n]|\{(?!\{))*?\.(?:Values|Release|Chart|Capabilities|Template)\b")


def refuse_folder(folder: Path) -> None:
    """Raises DefinitionError when the folder is a chart or a kustomization."""
    if (folder / "Chart.yaml").is_file() and (folder / "templates").is_dir():
        raise not_rendered(str(folder), folder)
    for name in sorted(KUSTOMIZATIONS):
        if (folder / name).is_file():
            raise kustomization(folder / name)


def refuse_file(file: Path) -> None:
    """Raises DefinitionError for a file that only makes sense inside its chart or kustomization."""
    if file.name in KUSTOMIZATIONS:
        raise kustomization(file)
    chart = chart_of(file)
    if chart is not None and file.name in ("Chart.yaml", "values.yaml") and file.parent == chart:
        raise not_rendered(str(file), chart)


def chart_of(path: Path) -> Path | None:
    """The chart that a template file or a folder of templates belongs to."""
    for folder in path.absolute().parents:
        if (folder / "Chart.yaml").is_file() and (folder / "templates").is_dir():
            inside = path.absolute().relative_to(folder)
            shown = _relative(folder)
            return shown if inside.parts[0] == "templates" or len(inside.parts) == 1 else None
    return None


def holds_template(content: str, line: int) -> bool:
    """Whether Go template syntax explains why YAML failed at `line`.

    A rendered ConfigMap may hold `{{ $labels.pod }}` for another tool, so only the lines around the failure count,
    and names that nothing but Helm fills in.
    """
    if _OF_HELM.search(content):
        return True
    lines = content.splitlines()
    return any(_TEMPLATE.search(text) for text in lines[max(0, line - 3) : line + 1])


def not_rendered(where: str, chart: Path | None) -> DefinitionError:
    """The error for a chart's own files; `where` is a path, with its line where known."""
    name = str(chart) if chart is not None else "CHART"
    return DefinitionError(
        f"{where}: a Helm chart that is not rendered yet",
        hint=f"Render it first: helm template {name} | ddsync discover -",
    )


def kustomization(file: Path) -> DefinitionError:
    """The error for a kustomization: its resources are complete only after its patches."""
    return DefinitionError(
        f"{file}: a kustomization that is not built yet",
        hint=f"Build it first: kubectl kustomize {file.parent} | ddsync discover -",
    )


def _relative(folder: Path) -> Path:
    here = Path().absolute()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder
