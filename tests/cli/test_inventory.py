"""Services that are kept elsewhere: read from checkouts and the catalog, pinned, used without either."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shop import furnish
from tests.project.test_coverage import CART
from tests.workbench import Workbench, workbench

LOCK = "inventory.lock.yaml"
SEARCH = CART.replace("name: cart", "name: search")


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    (tmp_path / "project").mkdir()
    with workbench(tmp_path / "project") as bench:
        yield furnish(bench)


def take_from(shop: Workbench, services: str) -> Workbench:
    settings = (shop.root / "ddsync.yaml").read_text()
    shop.write("ddsync.yaml", settings.partition("services:")[0] + f"services: {services}\n")
    return shop


def checkout(shop: Workbench, text: str = CART, name: str = "cart") -> Path:
    return shop.write(f"../{name}/service.yaml", text)


SAYS = {"ddsync": {"kind": "http", "operation": "http.request", "envs": ["prod"]}}


def put(shop: Workbench, name: str, owner: str = "checkout", extensions: dict[str, Any] | None = None) -> None:
    """An entity of the catalog that somebody else made."""
    managed = {"id": "1", "managed": {"ingestionSource": "github"}, "namespace": "default"}
    entity = {"apiVersion": "v3", "kind": "service", "metadata": {"name": name, "owner": owner, **managed}, "meta": {}}
    shop.emulator.put("catalog-entity", {**entity, "spec": {"tier": "1"}, "extensions": extensions or {}})


def keys(shop: Workbench) -> set[str]:
    """The services that a render without keys knows, by the keys of their alerts."""
    shutil.rmtree(shop.root / "out", ignore_errors=True)
    shop.ddsync("render", "--target", "prod", "--out", "out", DD_HOST="", DD_API_KEY="", DD_APP_KEY="")
    return {path.parent.name for path in (shop.root / "out/monitor").rglob("*.json")}


def test_checkouts_beside_the_project_are_read_without_a_lock(shop: Workbench) -> None:
    checkout(take_from(shop, "['../*/service.yaml']"))
    assert keys(shop) == {"cart"}


def test_a_lock_stands_for_checkouts_that_are_not_here(shop: Workbench) -> None:
    file = checkout(take_from(shop, "['../*/service.yaml']"))
    assert shop.ddsync("inventory", "lock").out == f"+ cart  ../cart/service.yaml\n{LOCK} written: 1 service\n"
    file.unlink()
    assert keys(shop) == {"cart"}


def test_the_same_services_lock_to_the_same_text(shop: Workbench) -> None:
    checkout(take_from(shop, "['../*/service.yaml']"))
    shop.ddsync("inventory", "lock")
    before = (shop.root / LOCK).read_text()
    assert shop.ddsync("inventory", "lock").out == f"{LOCK} is up to date: 1 service\n"
    assert (shop.root / LOCK).read_text() == before
    shop.ddsync("inventory", "lock", "--check")


def test_a_checkout_that_changed_makes_the_lock_stale(shop: Workbench) -> None:
    checkout(take_from(shop, "['../*/service.yaml']"))
    shop.ddsync("inventory", "lock")
    checkout(shop, CART.replace('tier: "1"', 'tier: "2"'))
    ran = shop.ddsync("render", "--target", "prod", status=1)
    assert f"{LOCK}:9: stale: ../cart/service.yaml has changed since" in ran.err
    assert "ddsync inventory lock" in ran.err
    assert "stale: ~ cart" in shop.ddsync("inventory", "lock", "--check", status=1).err
    assert "~ cart" in shop.ddsync("inventory", "lock").out
    assert keys(shop) == {"cart"}


def test_a_service_that_is_new_elsewhere_makes_the_lock_stale(shop: Workbench) -> None:
    checkout(take_from(shop, "['../*/service.yaml']"))
    shop.ddsync("inventory", "lock")
    checkout(shop, SEARCH, "search")
    assert f"{LOCK}:5: error: stale: search of ../search/service.yaml is new" in shop.ddsync("validate", status=1).out


def test_a_lock_for_other_sources_is_stale(shop: Workbench) -> None:
    checkout(take_from(shop, "['../*/service.yaml']"))
    shop.ddsync("inventory", "lock")
    take_from(shop, "['../*/service.yaml', {catalog: all}]")
    ran = shop.ddsync("render", "--target", "prod", status=1)
    assert "stale: not the sources that ddsync.yaml names under services" in ran.err


def test_nothing_there_and_no_lock_is_told_by_a_plan(shop: Workbench) -> None:
    ran = take_from(shop, "['../*/service.yaml']").ddsync("plan", "--target", "prod")
    assert f"no file matches ../*/service.yaml of services:, and no {LOCK} holds them" in ran.out + ran.err


def test_the_catalog_without_a_lock_is_an_error_that_says_how_to_make_one(shop: Workbench) -> None:
    ran = take_from(shop, "[{catalog: all}]").ddsync("render", "--target", "prod", status=1)
    assert f"ddsync.yaml:12: the services of Datadog's catalog are not pinned: no {LOCK}" in ran.err
    assert "ddsync inventory lock" in ran.err


def test_services_of_the_catalog_are_pinned_and_used_without_keys(shop: Workbench) -> None:
    put(shop, "search", extensions=SAYS)
    put(shop, "blog")
    ran = take_from(shop, "['services/*.yaml', {catalog: all}]").ddsync("inventory", "lock", "--target", "prod")
    assert ran.out == f"+ search  catalog service:search\n{LOCK} written: 1 service\n"
    assert "extensions.ddsync does not say what they are: blog" in ran.err
    text = (shop.root / LOCK).read_text()
    assert "managed" not in text
    assert "namespace" not in text
    shop.write("services/cart.yaml", CART)
    assert keys(shop) == {"cart", "search"}


def test_of_the_catalog_only_the_services_of_an_owner(shop: Workbench) -> None:
    for name, owner in (("search", "checkout"), ("nodes", "platform")):
        put(shop, name, owner, SAYS)
    take_from(shop, "[{catalog: {owner: checkout}}]").ddsync("inventory", "lock", "--target", "prod")
    assert keys(shop) == {"search"}


def test_what_this_project_wrote_to_the_catalog_does_not_come_back(shop: Workbench) -> None:
    shop.write("services/cart.yaml", CART)
    take_from(shop, "['services/*.yaml', {catalog: all}]")
    shop.write("ddsync.yaml", (shop.root / "ddsync.yaml").read_text() + "sync: [catalog-entity]\n")
    shop.ddsync("inventory", "lock", "--target", "prod")
    shop.apply("--target", "prod")
    assert [one["metadata"]["name"] for one in shop.live("catalog-entity")] == ["cart"]
    shop.ddsync("inventory", "lock", "--check", "--target", "prod")


def test_what_came_from_the_catalog_is_not_written_back(shop: Workbench) -> None:
    put(shop, "search", extensions=SAYS)
    take_from(shop, "[{catalog: all}]")
    shop.write("ddsync.yaml", (shop.root / "ddsync.yaml").read_text() + "sync: [catalog-entity]\n")
    shop.ddsync("inventory", "lock", "--target", "prod")
    made = shop.plan("--target", "prod")
    assert not any(change["kind"] == "catalog-entity" for change in made["changes"])
    assert made["notices"] == []


def test_a_mistake_in_a_pinned_service_names_the_locks_line(shop: Workbench) -> None:
    checkout(take_from(shop, "['../*/service.yaml']"), CART.replace("kind: [http, worker]", "kind: [htp]"))
    shop.ddsync("inventory", "lock")
    assert f"{LOCK}:2" in shop.ddsync("render", "--target", "prod", status=1).err


def test_a_service_pinned_and_here_is_there_twice(shop: Workbench) -> None:
    checkout(take_from(shop, "['services/*.yaml', '../*/service.yaml']"))
    shop.write("services/cart.yaml", CART)
    shop.ddsync("inventory", "lock")
    ran = shop.ddsync("render", "--target", "prod", status=1)
    assert 'a service "cart" is at services/cart.yaml:3 too' in ran.err


@pytest.mark.parametrize("text", ["[1]\n", "lock: 9\n", "lock: 1\nsources: []\nservices: [a]\n", "]"])
def test_a_file_that_is_no_lock_is_named(shop: Workbench, text: str) -> None:
    take_from(shop, "['../*/service.yaml']").write(LOCK, text)
    assert f"{LOCK}:1" in shop.ddsync("render", "--target", "prod", status=1).err


def test_a_project_of_its_own_files_has_nothing_to_lock(shop: Workbench) -> None:
    assert "nothing to lock" in shop.ddsync("inventory", "lock").out
    assert not (shop.root / LOCK).exists()
