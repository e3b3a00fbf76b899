from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.discover import read
from dd_sync.discover.unrendered import holds_template

TEMPLATE = "{{- if .Values.enabled }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n"


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    chart = tmp_path / "charts" / "cart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: cart\nversion: 0.1.0\n")
    (chart / "values.yaml").write_text("enabled: true\n")
    (chart / "templates" / "pod.yaml").write_text(TEMPLATE)
    return chart


def refused(path: Path) -> DefinitionError:
    with pytest.raises(DefinitionError) as error:
        read(path)
    return error.value


def test_a_chart_is_answered_with_the_command_that_renders_it(chart: Path) -> None:
    error = refused(chart)
    assert error.message == f"{chart}: a Helm chart that is not rendered yet"
    assert error.hint == f"Render it first: helm template {chart} | ddsync discover -"


def test_a_chart_below_the_folder_is_found(chart: Path) -> None:
    assert f"helm template {chart} | ddsync discover -" in refused(chart.parent.parent).hint


@pytest.mark.parametrize("inside", ["templates", "templates/pod.yaml", "values.yaml", "Chart.yaml"])
def test_a_part_of_a_chart_names_the_whole_chart(chart: Path, inside: str) -> None:
    error = refused(chart / inside)
    assert "not rendered" in error.message
    assert f"helm template {chart} |" in error.hint


def test_the_line_of_the_template_is_named(chart: Path) -> None:
    assert refused(chart / "templates" / "pod.yaml").message.startswith(f"{chart / 'templates' / 'pod.yaml'}:1: ")


def test_what_helm_wrote_with_output_dir_is_rendered(tmp_path: Path) -> None:
    (tmp_path / "cart" / "templates").mkdir(parents=True)
    (tmp_path / "cart" / "templates" / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: cart}\n")
    assert [each.name for each in read(tmp_path)] == ["cart"]


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_a_kustomization_is_answered_with_the_command_that_builds_it(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / name).write_text("resources: [pod.yaml]\n")
    (folder / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: cart}\n")
    for path in (tmp_path, folder, folder / name):
        error = refused(path)
        assert error.message == f"{folder / name}: a kustomization that is not built yet"
        assert error.hint == f"Build it first: kubectl kustomize {folder} | ddsync discover -"


@pytest.mark.parametrize(
    ("text", "line", "explains"),
    [
        (TEMPLATE, 1, True),
        ("a: 1\n{{- range .items }}\n", 2, True),
        ("a: 1\nb: [\n", 3, False),
        ("rule: '{{ $labels.pod }}'\n" + "x: 1\n" * 20 + "b: [\n", 23, False),
        ("a: 1\n" * 20 + "name: {{ .Values.name }}\n" + "a: 1\n" * 20, 1, True),
    ],
)
def test_template_syntax_explains_a_failure_only_near_it(text: str, line: int, explains: bool) -> None:
    assert holds_template(text, line) is explains
