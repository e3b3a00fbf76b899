"""`ddsync discover`: what runs, each fact with its source; service files for what has none."""

from __future__ import annotations

import json

import pytest

from tests.cli.shop import MANIFESTS, furnish
from tests.cli.test_new_service import Stdin
from tests.workbench import Workbench


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    return furnish(bench)


def test_json_is_the_public_format_and_nothing_else(shop: Workbench) -> None:
    ran = shop.ddsync("discover", "rendered", "--format", "json")
    first = json.loads(ran.out)[0]
    wanted = {"service": "cart", "kind": "grpc", "workload": "Deployment/cart", "runtime": "go", "ports": [7070]}
    assert {name: first[name] for name in wanted} == wanted
    assert first["facts"]["kind"] == {"value": "grpc", "source": "readinessProbe.grpc"}


def test_it_reads_standard_input(shop: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(MANIFESTS))
    found = shop.ddsync("discover", "-", "--format", "json").json
    assert [one["service"] for one in found] == ["cart", "cart-cleanup", "redis-cart"]


def test_text_gives_each_fact_with_its_source(shop: Workbench) -> None:
    lines = shop.ddsync("discover", "rendered").out.splitlines()
    assert lines[0] == "cart · grpc · Deployment/cart · rendered/cart.yaml:1"
    assert any(line.split() == ["kind", "grpc", "readinessProbe.grpc"] for line in lines)
    assert any(line.split() == ["unknown", "env,", "owner,", "tier"] for line in lines)


def test_it_needs_no_project(bench: Workbench) -> None:
    furnish(bench)
    (bench.root / "ddsync.yaml").unlink()
    assert "cart" in bench.ddsync("discover", "rendered").out


def test_a_chart_that_is_not_rendered_says_how_to(shop: Workbench) -> None:
    shop.write("chart/Chart.yaml", "name: cart\n")
    shop.write("chart/templates/a.yaml", "kind: {{ .Values.kind }}\n")
    ran = shop.ddsync("discover", "chart", status=1)
    assert "helm template chart | ddsync discover -" in ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [("a: [1,\nb: }", "bad.yaml:2"), ("just: text\n", "no Kubernetes objects"), ("", "no Kubernetes objects")],
)
def test_malformed_manifests_are_an_error_with_their_place(shop: Workbench, text: str, said: str) -> None:
    shop.write("bad.yaml", text)
    assert said in shop.ddsync("discover", "bad.yaml", status=1).err


def test_a_path_that_is_not_there_is_an_error(shop: Workbench) -> None:
    assert "nowhere: no such file or folder" in shop.ddsync("discover", "nowhere", status=1).err


def test_writing_makes_files_for_services_and_says_what_it_left_out(shop: Workbench) -> None:
    ran = shop.ddsync("discover", "rendered", "--write", "--team", "checkout")
    assert sorted(path.name for path in (shop.root / "services").iterdir()) == ["cart-cleanup.yaml", "cart.yaml"]
    assert "redis-cart not written: its kind is datastore" in ran.err
    assert "2 of 3 written" in ran.err
    assert shop.ddsync("validate").status == 0


def test_writing_again_changes_nothing(shop: Workbench) -> None:
    shop.ddsync("discover", "rendered", "--write", "--team", "checkout")
    path = shop.write("services/cart.yaml", (shop.root / "services/cart.yaml").read_text() + "# mine\n")
    ran = shop.ddsync("discover", "rendered", "--write", "--team", "platform")
    assert path.read_text().endswith("# mine\n")
    assert 'there is a service "cart" already' in ran.err


def test_nothing_is_written_where_one_of_the_files_breaks_the_project(shop: Workbench) -> None:
    shop.write(
        "monitors/service.py",
        '''\
from dd_sync import Monitor, Service, define

@define
def late(service: Service) -> Monitor:
    """Late."""
    return Monitor(name="Late", query=f"avg(last_5m):avg:{service.cron.name}{service.scope()} > 1")
''',
    )
    ran = shop.ddsync("discover", "rendered", "--write", "--team", "checkout", status=1)
    assert "services/cart.yaml and services/cart-cleanup.yaml not written" in ran.err
    assert not (shop.root / "services").exists()


def test_without_an_owner_nothing_is_invented(shop: Workbench) -> None:
    ran = shop.ddsync("discover", "rendered", "--write")
    assert "cart not written: whose it is is not known" in ran.err
    assert "0 of 3 written" in ran.err
