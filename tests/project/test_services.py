"""Service files: what a service is in each environment, older schemas, and what is wrong with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.services import matching_files, read_services
from tests.project.small import SERVICE


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def test_a_service_is_one_entry_in_each_of_its_environments(tmp_path: Path) -> None:
    write(tmp_path, "services/cart.yaml", SERVICE)
    (one,) = read_services(tmp_path, ["services/*.yaml"])
    found = [service for service, _ in one.services(["prod"])]
    assert [(service.key, service.tier, service.runtime, service.paging) for service in found] == [
        ("cart/prod", 2, "python", True),
        ("cart/staging", 2, "python", False),
    ]


def test_an_environment_may_differ_and_the_rest_is_the_service_s(tmp_path: Path) -> None:
    text = SERVICE.replace("envs: {prod: {},", "operation: a.request\n    envs: {prod: {operation: b.request},")
    write(tmp_path, "services/cart.yaml", text)
    (one,) = read_services(tmp_path, ["services/*.yaml"])
    assert [service.op for service, _ in one.services(["prod"])] == ["b.request", "a.request"]


def test_a_former_name_is_that_of_each_environment(tmp_path: Path) -> None:
    write(tmp_path, "services/cart.yaml", f"{SERVICE}    renamed_from: basket\n")
    (one,) = read_services(tmp_path, ["services/*.yaml"])
    assert [service.former_key for service, _ in one.services(["prod"])] == ["basket/prod", "basket/staging"]


def test_the_older_schema_is_read_in_the_words_of_the_newer(tmp_path: Path) -> None:
    old = "schema-version: v2.2\ndd-service: cart\nteam: platform\ntier: high\nextensions: {ddsync: {kind: worker}}\n"
    write(tmp_path, "services/cart.yaml", old)
    (one,) = read_services(tmp_path, ["services/*.yaml"])
    ((service, _),) = one.services(["prod"])
    assert (service.name, service.team, service.tier, service.kinds) == ("cart", "platform", 2, ("worker",))


def test_other_documents_beside_a_service_are_datadog_s(tmp_path: Path) -> None:
    write(tmp_path, "services/cart.yaml", f"kind: system\nmetadata: {{name: shop}}\n---\n{SERVICE}")
    assert [one.name for one in read_services(tmp_path, ["services/*.yaml"])] == ["cart"]


def test_a_name_twice_is_told_with_both_places(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path, f"services/{name}.yaml", SERVICE)
    found: list[DefinitionError] = []
    assert len(read_services(tmp_path, ["services/*.yaml"], found.append)) == 1
    assert str(found[0]) == 'services/b.yaml:3: a service "cart" is at services/a.yaml:3 too'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('tier: "2"', 'tier: "9"', 'services/cart.yaml:4: no tier "9"'),
        ("    kind: http\n", "    kind: htp\n", "services/cart.yaml:7: kind.0"),
        ("  ddsync:", "  other:", "has no extensions.ddsync"),
        ("owner: platform", "description: x", "metadata.owner is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    write(tmp_path, "services/cart.yaml", SERVICE.replace(old, new))
    with pytest.raises(DefinitionError) as caught:
        [list(one.services(["prod"])) for one in read_services(tmp_path, ["services/*.yaml"])]
    assert says in str(caught.value)


def test_patterns_may_leave_the_project_for_checkouts_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "alerts/ddsync.yaml", "project: acme\n")
    write(tmp_path, "cart/service.yaml", SERVICE)
    assert [path.name for path in matching_files(tmp_path / "alerts", "../*/service.yaml")] == ["service.yaml"]
