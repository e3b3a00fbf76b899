from __future__ import annotations

import io
from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.discover import read
from tests.discover.rendered import Stdin, manifests

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: shop}\n"


class Bytes(io.BytesIO):
    name = "<stdin>"


def refused(source: Path | Stdin | Bytes) -> DefinitionError:
    with pytest.raises(DefinitionError) as error:
        read(source)
    return error.value


def test_objects_come_with_kind_name_namespace_and_place() -> None:
    (found,) = read(Stdin(f"# Source: shop\n---\n{POD}"))
    assert (found.kind, found.name, found.namespace, found.where) == ("Pod", "cart", "shop", "<stdin>:3")


def test_bytes_of_a_pipe_are_text_too() -> None:
    assert [each.name for each in read(Bytes(b"\xef\xbb\xbf" + POD.encode()))] == ["cart"]


def test_utf16_of_a_powershell_redirect_is_text_too(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(POD.encode("utf-16"))
    assert [each.name for each in read(tmp_path)] == ["cart"]


def test_a_folder_is_read_in_any_depth_in_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "z.json").write_text('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "z"}}')
    (tmp_path / "b" / "c" / "y.yml").write_text(POD.replace("cart", "y"))
    (tmp_path / "a.YAML").write_text(POD.replace("cart", "a"))
    (tmp_path / "notes.txt").write_text("not: [a manifest")
    found = read(tmp_path)
    assert [each.name for each in found] == ["a", "z", "y"]
    assert found[2].where == f"{tmp_path / 'b' / 'c' / 'y.yml'}:1"


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.yaml").write_text("broken: [")
    (tmp_path / ".hidden.yaml").write_text("broken: [")
    (tmp_path / "a.yaml").write_text(POD)
    assert len(read(tmp_path)) == 1


def test_a_document_that_is_no_object_has_no_kind() -> None:
    found = manifests(f"{POD}\n---\nreplicas: 3\n---\nkind: NoVersion\n---\njust text\n---\n- 1\n")
    assert [each.kind for each in found] == ["Pod", "", "", "", ""]


def test_names_that_are_numbers_are_text() -> None:
    (found,) = manifests("apiVersion: v1\nkind: Pod\nmetadata: {name: 123, namespace: 1.5}\n")
    assert (found.name, found.namespace) == ("123", "1.5")


def test_metadata_may_be_missing_or_of_another_shape() -> None:
    found = manifests("apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nmetadata: [name]\n")
    assert [each.name for each in found] == ["", ""]


@pytest.mark.parametrize("text", ["", "\n\n", "---\n---\n", "replicas: 3\n", "# nothing\n", "kind: List\nitems: []\n"])
def test_nothing_to_find_is_an_error_that_says_what_to_give(text: str) -> None:
    error = refused(Stdin(text))
    assert error.message == "<stdin>: no Kubernetes objects found"
    assert "ddsync discover -" in error.hint


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    assert "no Kubernetes objects found" in refused(tmp_path).message


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere").message.endswith("no such file or folder")


def test_binary_content_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
    assert refused(tmp_path).message == f"{tmp_path / 'a.yaml'}:1: this is not text"
    assert refused(Bytes(b"\xff\xd8\xff")).message == "<stdin>:1: this is not text"


def test_malformed_yaml_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{POD}---\nkind: [\n")
    assert refused(tmp_path).message.startswith(f"{tmp_path / 'a.yaml'}:6: malformed YAML")


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "gone.yaml")
    assert "cannot be read" in refused(tmp_path).message


def test_a_name_that_is_still_a_template_means_an_unrendered_chart() -> None:
    error = refused(Stdin('apiVersion: v1\nkind: Pod\nmetadata:\n  name: "{{ .Values.name }}"\n'))
    assert "not rendered" in error.message
    assert "helm template" in error.hint


def test_template_syntax_in_a_label_or_an_image_means_an_unrendered_chart() -> None:
    text = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cart}
        spec: {template: {spec: {containers: [{image: "cart:{{ .Chart.AppVersion }}"}]}}}
        """
    with pytest.raises(DefinitionError, match="not rendered"):
        manifests(text)
    with pytest.raises(DefinitionError, match="not rendered"):
        manifests('apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: "{{ .Release.Name }}"}}\n')


def test_braces_in_the_data_of_a_rendered_object_are_fine() -> None:
    text = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: rules}
        data:
          alerts.yaml: |
            summary: "{{ $labels.pod }} restarts"
            {{ define "slack" }}
        """
    assert [each.name for each in manifests(text)] == ["rules"]
