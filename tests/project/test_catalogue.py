"""The catalogue as values: every alert of a service, every definition of a pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.project.catalogue import Page, catalogue, stale_pages, write_pages
from dd_sync.project.project import load_project
from dd_sync.reports.catalogue import MARK
from tests.cli.shop import furnish
from tests.project.test_coverage import CART
from tests.workbench import Workbench


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    furnish(bench).write("services/cart.yaml", CART.replace("envs:", "monitors: {error-rate: {critical: 2}}, envs:"))
    return bench


def pages(bench: Workbench, target: str = "prod") -> dict[str, Page]:
    project = load_project(bench.root)
    return {page.path: page for page in catalogue(project, project.settings.targets[target])}


def test_there_is_a_page_for_each_service_and_each_pack(shop: Workbench) -> None:
    assert set(pages(shop)) == {"services/cart.md", "packs/service.md"}


def test_a_services_page_has_all_that_is_made_for_it(shop: Workbench) -> None:
    page = pages(shop)["services/cart.md"]
    assert {section.name for section in page.sections} == {
        "service/error-rate",
        "service/restarts",
        "service/availability",
        "service/burn-rate",
    }
    assert page.facts["tier"] == "1"
    assert page.facts["file"] == "services/cart.yaml"


def test_an_alert_has_its_query_in_words_its_thresholds_and_who_set_them(shop: Workbench) -> None:
    (section,) = [one for one in pages(shop)["services/cart.md"].sections if one.name == "service/error-rate"]
    (item,) = section.items
    assert section.why == "Users of cart get errors."
    assert item.query.endswith("> 2")
    assert "alert above 2" in item.words
    assert item.thresholds == {"critical": 2}
    assert item.numbers["critical"] == (2, "services/cart.yaml:5")
    assert item.told["alert"] == ("@pagerduty-checkout", "@slack-checkout")


def test_an_slo_shows_its_target_and_both_its_queries(shop: Workbench) -> None:
    (section,) = [one for one in pages(shop)["services/cart.md"].sections if one.name == "service/availability"]
    assert section.items[0].thresholds == {"30d": "99.9 %"}
    assert section.items[0].query.count("trace.http.request.hits") == 2


def test_a_packs_page_speaks_of_the_definition_and_names_those_that_make_nothing(shop: Workbench) -> None:
    shop.write("services/cart.yaml", CART.replace("[http, worker]", "worker"))
    sections = {section.name: section for section in pages(shop)["packs/service.md"].sections}
    assert sections["service/error-rate"].items == []
    assert sections["service/error-rate"].why == "Users of {service.name} get errors."
    assert sections["service/error-rate"].tunables == {"critical": 5}


def test_a_packs_page_holds_what_its_level_leaves_out(shop: Workbench) -> None:
    settings = (shop.root / "ddsync.yaml").read_text().replace("packs: []", "packs: {service: core}")
    shop.write("ddsync.yaml", settings)
    monitors = (shop.root / "monitors/service.py").read_text()
    shop.write("monitors/service.py", monitors.replace("@define\ndef restarts", '@define(level="full")\ndef restarts'))
    found = pages(shop)
    assert "service/restarts" not in {section.name for section in found["services/cart.md"].sections}
    (section,) = [one for one in found["packs/service.md"].sections if one.name == "service/restarts"]
    assert section.level == "full"
    assert len(section.items) == 1


def test_texts_from_datadog_are_marked_as_such(shop: Workbench) -> None:
    shop.write(
        "monitors/imported.py",
        '''\
from dd_sync import Monitor, Service, define

@define
def old(service: Service) -> Monitor:
    """As it was in Datadog."""
    return Monitor.from_api({"name": "Old", "type": "query alert", "query": "broken", "message": "call <Sam>"})
''',
    )
    (section,) = [one for one in pages(shop)["services/cart.md"].sections if one.name == "imported/old"]
    assert (section.verbatim, section.runbook) == (True, "call <Sam>")
    assert section.items[0].words == ""


def test_pages_of_an_earlier_run_go_and_a_persons_own_stay(tmp_path: Path) -> None:
    write_pages(tmp_path, {"index.md": f"{MARK}\n", "services/old.md": f"{MARK}\n"}, MARK)
    (tmp_path / "mine.md").write_text("mine")
    wanted = {"index.md": f"{MARK}\n", "services/new.md": f"{MARK}\n"}
    assert stale_pages(tmp_path, wanted, MARK) == ["services/new.md", "services/old.md"]
    write_pages(tmp_path, wanted, MARK)
    assert stale_pages(tmp_path, wanted, MARK) == []
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md"))
    assert found == ["index.md", "mine.md", "services/new.md"]
