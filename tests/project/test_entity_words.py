"""Misspelt names in a service file, which Datadog would take in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.services import services_in

ENTITY = """\
apiVersion: v3
kind: service
metadata:
  name: cart
  owner: shop
  x-cost-center: "42"
spec:
  tier: "1"
  languages: [python, cobol]
extensions:
  other-tool: {kubernetes: yes}
  ddsync:
    kind: http
    kubernetes: {namespace: shop}
"""


def read(tmp_path: Path, text: str) -> str:
    (tmp_path / "cart.yaml").write_text(text)
    (one,) = services_in(tmp_path / "cart.yaml", tmp_path)
    return one.name


def test_names_of_others_are_left_alone(tmp_path: Path) -> None:
    assert read(tmp_path, ENTITY) == "cart"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("metadata:", "metdata:", 3, "Did you mean metadata?"),
        ("  owner:", "  ownr:", 5, "Did you mean owner?"),
        ("  tier:", "  teir:", 8, "Did you mean tier?"),
        ("  languages:", "  langauges:", 9, "Did you mean languages?"),
        ("[python,", "[pyhton,", 9, 'no language "pyhton". Did you mean python?'),
        ("  ddsync:", "  ddsinc:", 12, "Did you mean ddsync?"),
    ],
)
def test_a_name_near_a_known_one_is_an_error_with_its_line(
    tmp_path: Path, right: str, wrong: str, line: int, says: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, ENTITY.replace(right, wrong, 1))
    assert str(caught.value).startswith(f"cart.yaml:{line}: ")
    assert says in str(caught.value)


def test_what_stands_one_step_too_far_out_is_told_where_it_belongs(tmp_path: Path) -> None:
    text = ENTITY.replace("    kubernetes: {namespace: shop}\n", "")
    text = text.replace("  other-tool: {kubernetes: yes}", "  queue: {name: x}")
    with pytest.raises(DefinitionError, match="queue belongs under extensions") as caught:
        read(tmp_path, text)
    assert caught.value.at == "cart.yaml:11"
