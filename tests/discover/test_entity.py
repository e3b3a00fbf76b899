from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.discover import Found, Hpa, Queue, Schedule, Volume, entity

PLAIN = Found(service="cart", kind="unknown", workload="Deployment/cart", where="a.yaml:1")
FULL = Found(
    service="cart",
    kind="grpc",
    kinds=("grpc", "worker"),
    workload="Deployment/cart",
    where="a.yaml:1",
    namespace="shop",
    runtime="go",
    env="prod",
    hpa=Hpa("cart", 2, 10),
    queue=Queue("sqs", "cart-events", None, "ScaledObject/cart trigger aws-sqs-queue"),
    depends_on=("datastore:redis-cart", "service:orders"),
    owner="checkout",
    tier="1",
    system="shop",
)

# What Datadog's catalog accepts of a v3 service (its published schema takes no other names).
METADATA = {"name", "owner"}
SPEC = {"tier", "type", "languages", "dependsOn", "componentOf"}


def written(found: Found, **given: Any) -> dict[str, Any]:
    loaded = yaml.safe_load(entity(found, **given))
    assert isinstance(loaded, dict)
    return loaded


def test_a_service_with_all_facts_reads_as_a_person_would_write_it() -> None:
    assert entity(FULL, envs=["staging", "prod"]) == (
        "apiVersion: v3\n"
        "kind: service\n"
        "metadata:\n"
        "  name: cart\n"
        "  owner: checkout\n"
        "spec:\n"
        '  tier: "1"\n'
        "  type: grpc\n"
        "  languages: [go]\n"
        "  dependsOn:\n"
        "    - datastore:redis-cart\n"
        "    - service:orders\n"
        "  componentOf: [system:shop]\n"
        "extensions:\n"
        "  ddsync:\n"
        "    kind: [grpc, worker]\n"
        "    operation: grpc.server\n"
        "    envs: [staging, prod]\n"
        "    kubernetes:\n"
        "      namespace: shop\n"
        "      workload: Deployment/cart\n"
        "      hpa: cart\n"
        "    queue:  # ScaledObject/cart trigger aws-sqs-queue\n"
        "      type: sqs\n"
        "      name: cart-events\n"
        "      # dlq: its dead-letter queue, if there is one\n"
    )


def test_what_is_unknown_is_a_comment_that_says_what_to_set() -> None:
    text = entity(PLAIN)
    for name in ("owner", "tier", "languages", "kind", "envs", "namespace"):
        assert any(line.lstrip().startswith(f"# {name}: ") for line in text.splitlines()), name
    assert written(PLAIN) == {
        "apiVersion": "v3",
        "kind": "service",
        "metadata": {"name": "cart"},
        "extensions": {"ddsync": {"kubernetes": {"workload": "Deployment/cart"}}},
    }


def test_what_is_given_wins_over_what_was_found() -> None:
    found = written(FULL, owner="web", tier=3, kinds=["http"], runtime="node", envs=["dev"])
    assert found["metadata"]["owner"] == "web"
    assert found["spec"] | {"dependsOn": None} == {
        "tier": "3",
        "type": "http",
        "languages": ["js"],
        "dependsOn": None,
        "componentOf": ["system:shop"],
    }
    assert (found["extensions"]["ddsync"]["kind"], found["extensions"]["ddsync"]["envs"]) == (["http"], ["dev"])


def test_an_operation_is_written_only_when_it_is_certain() -> None:
    assert "operation" not in written(FULL, kinds=["http"], runtime="node")["extensions"]["ddsync"]
    assert "# operation: by framework, one of web.request, express.request" in entity(
        FULL, kinds=["http"], runtime="node"
    )
    assert "# operation: by runtime, for example grpc, grpc.server" in entity(PLAIN, kinds=["grpc"])
    assert "# operation: the name of its primary spans" in entity(FULL, runtime="ruby")
    assert "operation" not in entity(PLAIN, kinds=["cron"])


def test_a_service_nothing_is_known_of_is_still_an_entity() -> None:
    bare = Found(service="cart", kind="unknown", workload="", where="")
    assert written(bare) == {"apiVersion": "v3", "kind": "service", "metadata": {"name": "cart"}}
    assert written(bare, kinds=["http"])["extensions"] == {"ddsync": {"kind": ["http"]}}


def test_what_is_commented_out_fits_its_place_when_it_is_uncommented() -> None:
    bare = Found(service="cart", kind="unknown", workload="", where="")
    text = (
        entity(bare, owner="shop", envs=["prod"])
        .replace("# spec:", "spec:")
        .replace('# tier: "1" to "4"', 'tier: "1" #')
    )
    text = text.replace("# kubernetes:", "kubernetes:").replace(
        "# workload: Deployment/NAME", "workload: Deployment/cart"
    )
    loaded = yaml.safe_load(text)
    assert loaded["spec"] == {"tier": "1"}
    assert loaded["extensions"]["ddsync"] == {"envs": ["prod"], "kubernetes": {"workload": "Deployment/cart"}}


def test_a_worker_and_a_cron_job_without_manifests_are_told_what_to_set() -> None:
    text = entity(PLAIN, kinds=["worker", "cron"])
    assert "    # queue: {type: sqs, name: NAME, dlq: NAME}; where its work comes from\n" in text
    assert "    # cron: {name: NAME, period_s: 86400}; " in text


@pytest.mark.parametrize("kind", ["job", "datastore", "agent", "unknown"])
def test_a_kind_no_alert_is_made_for_stays_open(kind: Any) -> None:
    found = Found(service="a", kind=kind, kinds=(kind,), workload="Job/a", where="a.yaml:1")
    assert "kind" not in written(found)["extensions"]["ddsync"]
    assert f"found: {kind}" in entity(found)


def test_a_cron_job_has_its_name_and_period() -> None:
    cron = Found(
        service="report",
        kind="cron",
        kinds=("cron",),
        workload="CronJob/shop-report",
        where="a.yaml:1",
        schedule=Schedule("0 4 * * *", 86_400, suspended=False),
    )
    assert written(cron)["extensions"]["ddsync"]["cron"] == {"name": "shop-report", "period_s": 86_400}
    assert "cron:  # 0 4 * * *\n" in entity(cron)


def test_a_suspended_cron_job_says_what_to_switch_off() -> None:
    found = Found("books", "cron", "CronJob/books", "a.yaml:1", ("cron",), schedule=Schedule("@daily", 86400, True))
    assert "# monitors: {cron-not-succeeded: off}; it is suspended" in entity(found)


def test_volumes_are_written_by_their_claims() -> None:
    found = replace(FULL, volumes=(Volume("data-cart-*", "10Gi"),))
    assert written(found)["extensions"]["ddsync"]["kubernetes"]["volumes"] == ["data-cart-*"]


def test_an_autoscaler_of_one_size_is_not_watched() -> None:
    found = replace(FULL, hpa=Hpa("cart", 3, 3))
    assert "hpa" not in written(found)["extensions"]["ddsync"]["kubernetes"]
    assert "# hpa: cart; of one size only" in entity(found)


def test_a_queue_without_a_name_says_so() -> None:
    queue = Queue("kafka", None, "cart", "ScaledObject/a trigger kafka")
    found = Found(service="a", kind="worker", kinds=("worker",), workload="Deployment/a", where="a.yaml:1", queue=queue)
    assert written(found)["extensions"]["ddsync"]["queue"] == {"type": "kafka", "group": "cart"}
    assert "# name: not in the manifests" in entity(found)


texts = st.text(min_size=1).filter(lambda text: text.strip() == text)


@given(service=texts, owner=texts, namespace=texts, source=st.text(), name=texts, env=texts)
def test_any_text_comes_back_as_it_was(
    service: str, owner: str, namespace: str, source: str, name: str, env: str
) -> None:
    queue = Queue("sqs", name, None, source)
    found = Found(
        service=service, kind="worker", workload=f"Pod/{service}", where="a:1", namespace=namespace, queue=queue
    )
    loaded = written(found, owner=owner, envs=[env])
    assert loaded["metadata"] == {"name": service, "owner": owner}
    assert loaded["extensions"]["ddsync"]["kubernetes"]["namespace"] == namespace
    assert loaded["extensions"]["ddsync"]["queue"]["name"] == name
    assert loaded["extensions"]["ddsync"]["envs"] == [env]


def test_only_names_the_catalog_knows_are_written() -> None:
    found = written(FULL)
    assert found.keys() == {"apiVersion", "kind", "metadata", "spec", "extensions"}
    assert found["metadata"].keys() <= METADATA
    assert found["spec"].keys() <= SPEC


def test_no_aliases_are_written_for_equal_values() -> None:
    text = entity(FULL, envs=["prod", "prod"])
    assert "&" not in text
    assert "*" not in text
