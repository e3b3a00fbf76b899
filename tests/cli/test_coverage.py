"""`ddsync coverage`: the table, its formats, and the exit status a pipeline goes by."""

from __future__ import annotations

import pytest

from tests.cli.shop import furnish
from tests.project.test_coverage import CART
from tests.workbench import Workbench


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    furnish(bench).write("services/cart.yaml", CART)
    return bench


def test_text_is_a_table_with_the_gaps_below(shop: Workbench) -> None:
    lines = shop.ddsync("coverage").out.splitlines()
    assert (
        lines[0].split() == "availability latency saturation queue age restarts mongodb slo runbook owner pager".split()
    )
    assert lines[1].split() == ["cart", "T1", "✓", "✗", "✗", "✗", "✓", "✗", "✓", "✓", "✓", "✓"]
    assert "cart: no latency, no saturation, no queue age, no mongodb (services/cart.yaml)" in lines
    assert lines[-1] == "60 % covered · 1 service"


def test_json_names_what_fills_each_cell(shop: Workbench) -> None:
    found = shop.ddsync("coverage", "--format", "json").json
    assert (found["format"], found["project"], found["covered"]) == (1, "acme", 60.0)
    (service,) = found["services"]
    assert service["aspects"]["availability"] == {"state": "yes", "by": ["service/error-rate/cart/prod"]}
    assert service["aspects"]["queue_age"] == {"state": "no", "by": []}


def test_services_of_manifests_without_a_file_are_uncovered(shop: Workbench) -> None:
    found = shop.ddsync("coverage", "--manifests", "rendered", "--format", "json").json
    unlisted = [one for one in found["services"] if not one["listed"]]
    assert [one["service"] for one in unlisted] == ["cart-cleanup"]
    assert unlisted[0]["covered"] == 0
    text = shop.ddsync("coverage", "--manifests", "rendered").out
    assert "no service file: cart-cleanup (ddsync discover MANIFESTS --write makes them)" in text
    assert "2 services, 1 without a service file" in text


@pytest.mark.parametrize(("least", "status"), [("60", 0), ("60.1", 1), ("0", 0), ("100", 1)])
def test_below_the_threshold_it_fails_after_the_report(shop: Workbench, least: str, status: int) -> None:
    ran = shop.ddsync("coverage", "--fail-under", least, status=status)
    assert "60 % covered" in ran.out
    assert ("coverage is 60 %, under" in ran.err) == bool(status)


def test_a_threshold_can_be_of_one_tier(shop: Workbench) -> None:
    shop.write("services/other.yaml", CART.replace("cart", "other").replace('tier: "1"', 'tier: "4"'))
    assert len(shop.ddsync("coverage", "--tier", "4", "--format", "json").json["services"]) == 1
    assert len(shop.ddsync("coverage", "--tier", "1", "--tier", "4", "--format", "json").json["services"]) == 2


def test_a_threshold_over_no_services_at_all_is_not_met(shop: Workbench) -> None:
    ran = shop.ddsync("coverage", "--tier", "3", "--fail-under", "1", status=1)
    assert "no services were found" in ran.err
    assert ran.out == "no services\n"


def test_one_target_is_its_environments(shop: Workbench) -> None:
    (service,) = shop.ddsync("coverage", "--target", "staging", "--format", "json").json["services"]
    assert service["aspects"]["pager"]["state"] == "n/a"
    assert service["aspects"]["availability"]["by"] == ["service/error-rate/cart/staging"]


def test_markdown_shows_names_and_obeys_none(shop: Workbench) -> None:
    shop.write(
        "rendered/odd.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: odd, labels: {app: '@all|<b>'}}\n"
        "spec: {containers: [{name: a, image: a}]}\n",
    )
    text = shop.ddsync("coverage", "--manifests", "rendered", "--format", "markdown").out
    assert "| cart | 1 | checkout | ✓ |" in text
    assert "@all" not in text
    assert "<b>" not in text


def test_html_is_one_page_that_needs_nothing_else(shop: Workbench) -> None:
    page = shop.ddsync("coverage", "--format", "html").out
    assert page.startswith("<!doctype html>")
    assert "http://" not in page
    assert "https://" not in page.split("<body")[0]
    assert 'title="service/error-rate/cart/prod"' in page
    assert "<script" not in page
    assert "60 % covered" in page


def test_a_format_it_does_not_have_is_a_usage_error(shop: Workbench) -> None:
    assert "Did you mean html?" in shop.ddsync("coverage", "--format", "htm", status=64).err
