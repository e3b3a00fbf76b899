"""What people read of a discovery."""

from __future__ import annotations

from pathlib import Path

import yaml

from dd_sync.discover import (
    Discovery,
    Fact,
    Found,
    Hpa,
    Queue,
    Schedule,
    discover,
    entity,
    read,
    summary,
    to_text,
    unknown,
)

LIBRARY = Path(__file__).parent / "library.yaml"

CART = Found(
    "cart",
    "grpc",
    "Deployment/cart",
    "a.yaml:1",
    kinds=("grpc",),
    runtime="go",
    hpa=Hpa("cart", 2, 10),
    facts={
        "service": Fact("cart", "label app"),
        "kind": Fact("grpc", "readinessProbe.grpc"),
        "runtime": Fact("go", "image name"),
        "hpa": Fact(Hpa("cart", 2, 10), "HorizontalPodAutoscaler/cart"),
        "requests": Fact({"cpu": "200m"}, "resources.requests"),
        "injected": Fact(True, "label admission.datadoghq.com/enabled"),
    },
)


def test_a_service_in_a_line_is_what_matters_of_it() -> None:
    assert summary(CART) == "cart: grpc (readinessProbe.grpc), Deployment/cart, runtime go (image name), HPA 2–10"


def test_a_worker_shows_its_queue_and_a_job_its_schedule() -> None:
    worker = Found("a", "worker", "Deployment/a", "a.yaml:1", queue=Queue("kafka", "loans", "desk", "ScaledObject/a"))
    job = Found("b", "cron", "CronJob/b", "a.yaml:1", schedule=Schedule("0 3 * * *", 86400, True))
    assert summary(worker) == "a: worker, Deployment/a, queue kafka loans (group desk)"
    assert summary(job) == "b: cron, CronJob/b, runs at 0 3 * * * (every 86400 s), suspended"


def test_each_fact_stands_beside_its_source() -> None:
    lines = [line.split() for line in to_text(Discovery((CART,), ())).splitlines()]
    assert ["hpa", "cart", "2–10", "HorizontalPodAutoscaler/cart"] in lines
    assert ["requests", "cpu", "200m", "resources.requests"] in lines
    assert ["injected", "yes", "label", "admission.datadoghq.com/enabled"] in lines


def test_every_fact_of_a_whole_application_is_shown() -> None:
    found = discover(read(LIBRARY))
    text = to_text(found)
    for service in found.services:
        assert f"{service.service} · " in text
        for fact in service.facts.values():
            assert fact.source in text


def test_what_all_workloads_lack_is_said_once() -> None:
    text = to_text(discover(read(LIBRARY)))
    assert text.count("no resource requests") == 1
    assert "no resource requests: the scheduler places it blindly (all 13)" in text


def test_open_questions_are_asked_of_services_alone() -> None:
    assert unknown(CART) == ("env", "owner", "tier")
    assert unknown(Found("a", "unknown", "Deployment/a", "a:1")) == ()
    assert unknown(Found("a", "unknown", "Deployment/a", "a:1", kinds=("unknown",)))[0] == "kind"
    assert unknown(Found("a", "worker", "Deployment/a", "a:1", kinds=("worker",)))[-1] == "queue"
    assert unknown(Found("a", "datastore", "StatefulSet/a", "a:1", kinds=("datastore",))) == ()


def test_an_operation_that_is_given_is_written_with_its_doubt() -> None:
    text = entity(CART, operation="grpc.server.request", doubt="a guess;\nAPM shows it")
    assert "    operation: grpc.server.request  # a guess; APM shows it\n" in text
    assert yaml.safe_load(text)["extensions"]["ddsync"]["operation"] == "grpc.server.request"
