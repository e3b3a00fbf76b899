"""A new service in one command: what is known is written, what is not is said, what exists stays."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from dd_sync.runs.console import Console
from tests.cli.shop import MANIFESTS, furnish
from tests.workbench import Workbench


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    return furnish(bench)


def written(shop: Workbench, name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((shop.root / "services" / f"{name}.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


class Piped(io.BytesIO):
    name = "<stdin>"


class Stdin:
    """Standard input that holds a text; no terminal."""

    def __init__(self, text: str) -> None:
        self.buffer = Piped(text.encode())

    def isatty(self) -> bool:
        return False


def test_manifests_and_two_options_make_a_whole_service_file(shop: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(MANIFESTS))
    ran = shop.ddsync("new-service", "cart", "--from", "-", "--team", "checkout", "--tier", "1")
    assert written(shop, "cart") == {
        "apiVersion": "v3",
        "kind": "service",
        "metadata": {"name": "cart", "owner": "checkout"},
        "spec": {"tier": "1", "type": "grpc", "languages": ["go"], "dependsOn": ["datastore:orders"]},
        "extensions": {
            "ddsync": {
                "kind": ["grpc"],
                "operation": "grpc.server",
                "kubernetes": {"namespace": "shop", "workload": "Deployment/cart", "hpa": "cart"},
            }
        },
    }
    first, second, third, *rest = ran.out.splitlines()
    assert first == "cart: grpc (readinessProbe.grpc), Deployment/cart, runtime go (image name), HPA 2–10"
    assert second == "  written  services/cart.yaml"
    assert third == "  brings   6 monitors (2 page, 2 on error budgets), 2 SLOs, for prod and staging"
    assert rest == [
        "  pages    @pagerduty-checkout for error-rate, burn-rate",
        "  tells    @slack-checkout",
        "  unknown  environments: all of the targets' until extensions.ddsync.envs says",
        "Next: ddsync plan --only 'service/*/cart'",
    ]


def test_what_it_says_comes_is_what_a_plan_shows(shop: Workbench) -> None:
    shop.ddsync("new-service", "orders", "--kind", "http", "--runtime", "go", "--team", "checkout", "--env", "prod")
    changes = shop.plan("--target", "prod")["changes"]
    assert sorted(change["key"] for change in changes) == [
        "service/availability/orders/prod",
        "service/burn-rate/orders/prod",
        "service/error-rate/orders/prod",
        "service/restarts/orders/prod",
    ]


def test_one_more_service_changes_only_its_own_objects(shop: Workbench) -> None:
    shop.ddsync("new-service", "one", "--kind", "worker", "--team", "checkout", "--env", "prod")
    shop.apply("--target", "prod")
    ran = shop.ddsync("new-service", "two", "--kind", "worker", "--team", "checkout", "--env", "prod")
    assert "changes" not in ran.out
    assert {change["key"] for change in shop.plan("--target", "prod")["changes"]} == {"service/restarts/two/prod"}


def test_an_object_of_all_services_that_changes_is_told(shop: Workbench) -> None:
    shop.write(
        "monitors/all.py",
        '''\
from dd_sync import Inventory, Monitor, define

@define
def anything(inventory: Inventory) -> Monitor:
    """Something is wrong somewhere."""
    names = " OR ".join(f"service:{one.name}" for one in inventory.services) or "*"
    return Monitor(name="Any", query=f"sum(last_5m):sum:errors{{{names}}} > 1")
''',
    )
    ran = shop.ddsync("new-service", "one", "--kind", "worker", "--team", "checkout", "--env", "prod")
    assert "  changes  monitor all/anything\n" in ran.out


def test_a_service_that_exists_is_left_alone(shop: Workbench) -> None:
    shop.ddsync("new-service", "orders", "--kind", "worker", "--team", "checkout")
    path = shop.root / "services" / "orders.yaml"
    path.write_text(path.read_text() + "# mine\n")
    ran = shop.ddsync("new-service", "orders", "--kind", "http", "--team", "platform", status=1)
    assert 'services/orders.yaml:4: there is a service "orders" already' in ran.err
    assert path.read_text().endswith("# mine\n")


def test_a_file_of_another_kind_in_its_place_is_left_alone(shop: Workbench) -> None:
    shop.write("services/orders.yaml", "apiVersion: v3\nkind: datastore\nmetadata: {name: orders}\n")
    ran = shop.ddsync("new-service", "orders", "--kind", "worker", "--team", "checkout", status=1)
    assert ran.err.startswith("services/orders.yaml: is there already")
    assert "datastore" in (shop.root / "services/orders.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--team", "chekout"), 'no team "chekout". Did you mean checkout?'),
        (("--team", "checkout", "--tier", "9"), 'no tier "9"'),
        (("--team", "checkout", "--kind", "htpp"), 'no kind "htpp". Did you mean http?'),
        (("--team", "checkout", "--runtime", "pyhton"), 'no runtime "pyhton". Did you mean python?'),
        (("--team", "checkout", "--env", "prd"), 'no environment "prd". Did you mean prod?'),
    ],
)
def test_a_misspelt_choice_names_the_nearest_and_writes_nothing(
    shop: Workbench, arguments: tuple[str, ...], said: str
) -> None:
    ran = shop.ddsync("new-service", "orders", *arguments, status=64)
    assert said in ran.err
    assert not (shop.root / "services").exists()


def test_a_name_that_cannot_be_a_tag_is_refused_with_one_that_can(shop: Workbench) -> None:
    ran = shop.ddsync("new-service", "My Cart", "--kind", "http", "--team", "checkout", status=64)
    assert "for example my-cart" in ran.err


def test_without_a_kind_and_without_a_terminal_it_says_what_is_missing(shop: Workbench) -> None:
    ran = shop.ddsync("new-service", "orders", "--team", "checkout", status=1)
    assert "orders not written: what it does is not known" in ran.err
    assert "--kind" in ran.err
    assert not (shop.root / "services").exists()


def test_without_an_owner_it_says_whose_it_could_be(shop: Workbench) -> None:
    ran = shop.ddsync("new-service", "orders", "--kind", "worker", status=1)
    assert "--team with one of checkout, platform" in ran.err


def test_where_there_is_one_team_it_is_the_owner(shop: Workbench) -> None:
    shop.write("ddsync.yaml", "project: acme\nteams: {checkout: {tell: '@slack-checkout'}}\n")
    ran = shop.ddsync("new-service", "orders", "--kind", "worker")
    assert written(shop, "orders")["metadata"]["owner"] == "checkout"
    assert "  pages    nobody\n  tells    @slack-checkout\n" in ran.out


def test_an_operation_that_can_be_several_is_marked_as_a_guess(shop: Workbench) -> None:
    ran = shop.ddsync("new-service", "orders", "--kind", "http", "--runtime", "python", "--team", "checkout")
    assert "unknown  operation: fastapi.request is a guess; it may be flask.request, django.request" in ran.out
    text = (shop.root / "services/orders.yaml").read_text()
    assert "operation: fastapi.request  # a guess" in text


def test_an_operation_that_is_given_is_no_guess(shop: Workbench) -> None:
    given = ("--kind", "http", "--runtime", "python", "--operation", "flask.request", "--tier", "2", "--env", "prod")
    ran = shop.ddsync("new-service", "orders", *given, "--team", "checkout")
    assert "unknown" not in ran.out
    assert written(shop, "orders")["extensions"]["ddsync"]["operation"] == "flask.request"


def test_a_service_the_manifests_do_not_run_is_an_error_that_lists_those_they_do(shop: Workbench) -> None:
    ran = shop.ddsync("new-service", "crat", "--from", "rendered", "--team", "checkout", status=1)
    assert 'rendered: no service "crat". Did you mean cart?' in ran.err
    assert "there are cart, cart-cleanup, redis-cart" in ran.err


def test_a_datastore_is_no_service(shop: Workbench) -> None:
    ran = shop.ddsync("new-service", "redis-cart", "--from", "rendered", "--team", "checkout", status=1)
    assert "its kind is datastore" in ran.err


def test_the_only_service_of_a_chart_may_be_called_something_else(shop: Workbench) -> None:
    shop.write("one/cart.yaml", MANIFESTS.split("---")[0])
    ran = shop.ddsync("new-service", "basket", "--from", "one", "--team", "checkout")
    assert "the manifests call it cart (label tags.datadoghq.com/service)" in ran.err
    assert written(shop, "basket")["metadata"]["name"] == "basket"


def test_web_and_worker_of_one_service_are_one_file(shop: Workbench) -> None:
    web = MANIFESTS.split("---")[0]
    worker = web.replace("name: cart,", "name: cart-worker,").replace("app: cart", "app: cart-worker")
    worker = worker.replace("ports: [{containerPort: 7070}]", "command: [run]").replace("readinessProbe", "x")
    shop.write("two/cart.yaml", "---\n".join([worker, web, MANIFESTS.split("---")[1]]))
    shop.ddsync("new-service", "cart", "--from", "two", "--team", "checkout")
    ours = written(shop, "cart")["extensions"]["ddsync"]
    assert ours["kind"] == ["grpc", "worker"]
    assert ours["kubernetes"]["workload"] == "Deployment/cart"


def test_a_cron_job_brings_its_schedule(shop: Workbench) -> None:
    shop.ddsync("new-service", "cart-cleanup", "--from", "rendered", "--team", "checkout", "--env", "prod")
    assert written(shop, "cart-cleanup")["extensions"]["ddsync"]["cron"] == {"name": "cart-cleanup", "period_s": 86400}


def test_a_file_that_would_break_the_project_is_not_written(shop: Workbench) -> None:
    shop.write("monitors/service.py", MONITOR_THAT_NEEDS_A_QUEUE)
    ran = shop.ddsync("new-service", "mailer", "--kind", "worker", "--team", "checkout", status=1)
    assert ran.err.startswith("services/mailer.yaml not written: monitors/service.py:")
    assert not (shop.root / "services").exists()


MONITOR_THAT_NEEDS_A_QUEUE = '''\
from dd_sync import Monitor, Service, define

@define
def backlog(service: Service) -> Monitor:
    """Work waits."""
    return Monitor(name="Backlog", query=f"avg(last_5m):avg:{service.queue.name}{service.scope()} > 1")
'''


def test_a_folder_of_its_own_for_each_service_is_respected(shop: Workbench) -> None:
    settings = (shop.root / "ddsync.yaml").read_text()
    shop.write("ddsync.yaml", settings + 'services: ["../elsewhere/*.yaml", "apps/*/service.yaml"]\n')
    shop.ddsync("new-service", "mailer", "--kind", "worker", "--team", "checkout")
    assert (shop.root / "apps/mailer/service.yaml").is_file()
    assert shop.ddsync("validate").status == 0


class Terminal(io.StringIO):
    """A person's terminal: it answers what it is asked, line by line."""

    def isatty(self) -> bool:
        return True


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, *answers: str) -> Terminal:
    told = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in answers)))
    monkeypatch.setattr("dd_sync.runs.console.console", lambda: Console({}, io.StringIO(), told))
    return told


def test_a_terminal_is_asked_for_what_nothing_else_says(shop: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    told = at_a_terminal(monkeypatch, "chekout", "checkout", "2", "http", "python", "django.request")
    shop.ddsync("new-service", "orders")
    assert "Did you mean checkout?" in told.getvalue()
    made = written(shop, "orders")
    assert made["metadata"]["owner"] == "checkout"
    assert made["spec"] == {"tier": "2", "type": "http", "languages": ["python"]}
    assert made["extensions"]["ddsync"] == {"kind": ["http"], "operation": "django.request"}


def test_a_terminal_is_not_asked_for_what_is_known(shop: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    told = at_a_terminal(monkeypatch, "2")
    shop.ddsync("new-service", "cart", "--from", "rendered", "--team", "checkout")
    assert [line for line in told.getvalue().splitlines() if "Enter" in line] == [
        "Tier: 1, 2, 3, 4 (Enter leaves it open)"
    ]
    assert written(shop, "cart")["spec"]["tier"] == "2"


def test_questions_may_be_left_open(shop: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    at_a_terminal(monkeypatch)
    shop.ddsync("new-service", "orders", "--kind", "http", "--team", "checkout")
    assert written(shop, "orders")["extensions"]["ddsync"]["operation"] == "http.server.request"


def test_the_project_is_found_from_a_folder_below_it(shop: Workbench, tmp_path: Path) -> None:
    shop.write("services/.keep", "")
    inner = Workbench(shop.root / "services", shop.emulator, shop.environment)
    inner.ddsync("new-service", "mailer", "--kind", "worker", "--team", "checkout")
    assert (shop.root / "services/mailer.yaml").is_file()
