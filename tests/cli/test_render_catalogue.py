"""`ddsync render --catalogue`: pages somebody can read at three in the morning."""

from __future__ import annotations

import pytest

from dd_sync.reports.catalogue import MARK, prose
from tests.cli.shop import furnish
from tests.project.test_coverage import CART
from tests.workbench import Workbench


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    furnish(bench).write("services/cart.yaml", CART)
    return bench


def test_pages_say_why_what_and_whom(shop: Workbench) -> None:
    ran = shop.ddsync("render", "--catalogue", "--target", "prod")
    assert ran.out == "3 pages written to catalogue, from catalogue/index.md on\n"
    page = (shop.root / "catalogue/services/cart.md").read_text()
    assert page.startswith(MARK)
    for line in (
        "# cart",
        "**Why** Users of cart get errors.",
        "sum(last_5m):sum:trace.http.request.errors{service:cart,env:prod}.as_count() > 5",
        "- priority 1",
        "- critical 5",
        "- on alert, recovery: <code>@&#8203;pagerduty-checkout</code> <code>@&#8203;slack-checkout</code>",
    ):
        assert line in page.splitlines()


def test_the_index_counts_alerts_and_those_that_wake(shop: Workbench) -> None:
    shop.ddsync("render", "--catalogue", "--target", "prod", "--out", "pages")
    index = (shop.root / "pages/index.md").read_text()
    assert "| [cart](services/cart.md) | 3 | 2 | 1 |" in index
    assert "| [service](packs/service.md) | 3 | 2 | 1 |" in index


def test_check_fails_when_pages_are_stale_and_names_them(shop: Workbench) -> None:
    assert "stale" in shop.ddsync("render", "--catalogue", "--check", "--target", "prod", status=1).err
    shop.ddsync("render", "--catalogue", "--target", "prod")
    assert "up to date: 3 pages" in shop.ddsync("render", "--catalogue", "--check", "--target", "prod").out
    (shop.root / "services/cart.yaml").write_text(CART.replace("kind: [http", "monitors: {restarts: off}, kind: [http"))
    ran = shop.ddsync("render", "--catalogue", "--check", "--target", "prod", status=1)
    assert "services/cart.md" in ran.err


def test_payloads_are_still_what_render_writes_without_it(shop: Workbench) -> None:
    (shop.root / "rendered/cart.yaml").unlink()  # manifests, which are not ddsync's to lie beside
    shop.ddsync("render", "--target", "prod")
    assert (shop.root / "rendered/monitor/service/error-rate/cart/prod.json").is_file()
    assert not (shop.root / "catalogue").exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run `kubectl get pod <name>` now", "run `kubectl get pod <name>` now"),
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("see [the guide](https://example.com/a)", "see [the guide](https://example.com/a)"),
        ("see [this](javascript:x)", "see [this]&#40;javascript:x)"),
        ("![seen](https://example.com/pixel)", "!&#91;seen](https://example.com/pixel)"),
        ("ask @sam", "ask @&#8203;sam"),
        ("    kubectl get <x>\n", "    kubectl get <x>\n"),
    ],
)
def test_a_docstring_keeps_its_markdown_and_brings_no_html(text: str, shown: str) -> None:
    assert prose(text) == shown
