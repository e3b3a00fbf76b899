"""What an inventory leaves open is said once, with what to set."""

from __future__ import annotations

from typing import Any

from dd_sync.definitions.inventory import Inventory, Service
from dd_sync.definitions.notices import notices


def service(env: str = "prod", **facts: object) -> Service:
    usual = {"name": "cart", "env": env, "team": "shop", "kinds": ["http"], "operation": "web.request"}
    return Service.model_validate({**usual, **facts})


def said(*services: Service) -> list[str]:
    return notices(Inventory(services=services))


def test_nothing_is_said_of_a_service_that_is_whole() -> None:
    queue = {"type": "sqs", "name": "work-prod"}
    whole = service(
        kinds=["http", "worker", "cron"], queue=queue, cron={"name": "c", "period_s": 60}, requests_per_minute=500
    )
    assert said(whole, service("staging")) == []


def test_a_quiet_service_is_said_to_have_slower_alerts_where_it_pages() -> None:
    assert said(service(requests_per_minute=2)) == [
        "cart/prod: 2 requests a minute are too few for burn rates: its error rate waits for 50 requests, its budget"
        " alert for 75 %"
    ]
    assert said(service("staging", requests_per_minute=2, paging=False)) == []


def test_a_job_without_a_period_and_a_worker_without_anything_are_named() -> None:
    assert said(service(kinds=["cron"])) == [
        "cart/prod: no alert for runs that do not happen: set extensions.ddsync.cron.name and .period_s"
    ]
    assert said(service(kinds=["worker"], operation=None)) == [
        "cart/prod: nothing shows how its work goes: set extensions.ddsync.queue, or operation"
    ]


def test_one_queue_for_two_environments_is_named_unless_tags_tell_them_apart() -> None:
    worker: dict[str, Any] = {"kinds": ["worker"], "operation": "celery.run"}
    one = {"type": "sqs", "name": "work"}
    (notice,) = said(service(queue=one, **worker), service("staging", queue=one, **worker))
    assert notice.startswith("cart: the queue work is one name in 2 environments")
    apart = [{**one, "tags": [f"aws_account:{number}"]} for number in (1, 2)]
    assert said(service(queue=apart[0], **worker), service("staging", queue=apart[1], **worker)) == []
