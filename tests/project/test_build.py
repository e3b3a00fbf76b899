"""Definitions times inventory: entries, environments, numbers in their order, packs with levels and overrides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.core.resource import Desired
from dd_sync.project.project import Project, load_project

SETTINGS = """\
project: acme
teams:
  pay: {page: "@pagerduty-pay", tell: "@slack-pay", envs: {staging: {tell: "@slack-pay-staging"}}}
targets:
  all: {}
  prod: {envs: [prod]}
"""
SERVICE = """\
apiVersion: v3
kind: service
metadata: {name: payments, owner: pay}
spec: {tier: "1", languages: [python]}
extensions:
  ddsync:
    kind: [http]
    operation: fastapi.request
    envs:
      prod: {}
      staging: {monitors: {errors: {critical: 20}}}
    monitors: {errors: {critical: 2}}
"""
ERRORS = '''\
from dd_sync import Monitor, Number, Service, define

@define
def errors(service: Service, *, critical: Number = 5, minutes: int = 5) -> Monitor | None:
    """Users of {service.name} get errors; more than {critical} %.

    First step: look at
    the last deploy.
    """
    if not service.does("http"):
        return None
    return Monitor(
        name="[{service.name}] Errors in {service.env}",
        query=f"sum(last_{minutes}m):sum:trace.{service.op}.errors{service.scope()}.as_count() > {critical}",
        priority=1,
    )
'''


def project(root: Path, **files: str) -> Project:
    wanted = {"ddsync.yaml": SETTINGS, "services/payments.yaml": SERVICE, "monitors/svc.py": ERRORS}
    for name, text in {**wanted, **{name.replace("__", "/"): text for name, text in files.items()}}.items():
        path = root / name if "." in name else root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load_project(root)


def built(made: Project, target: str = "all") -> dict[str, Desired]:
    _, chosen = made.settings.choose_target(target)
    return {one.key: one for one in made.build(chosen).desired}


def critical(one: Desired) -> Any:
    return one.payload["options"]["thresholds"]["critical"]


def test_a_service_is_built_once_for_each_environment(tmp_path: Path) -> None:
    assert set(built(project(tmp_path))) == {"svc/errors/payments/prod", "svc/errors/payments/staging"}


def test_a_target_has_only_its_environments(tmp_path: Path) -> None:
    assert set(built(project(tmp_path), "prod")) == {"svc/errors/payments/prod"}


def test_numbers_come_from_function_project_service_and_environment_in_that_order(tmp_path: Path) -> None:
    made = built(project(tmp_path))
    assert critical(made["svc/errors/payments/prod"]) == 2
    assert critical(made["svc/errors/payments/staging"]) == 20
    (tmp_path / "services/payments.yaml").write_text(SERVICE.replace("    monitors: {errors: {critical: 2}}\n", ""))
    assert critical(built(load_project(tmp_path))["svc/errors/payments/prod"]) == 5
    (tmp_path / "ddsync.yaml").write_text(SETTINGS + "monitors: {errors: {critical: 9, minutes: 10}}\n")
    again = built(load_project(tmp_path))
    assert critical(again["svc/errors/payments/prod"]) == 9
    assert critical(again["svc/errors/payments/staging"]) == 20
    assert "last_10m" in again["svc/errors/payments/staging"].payload["query"]


def test_off_switches_one_alert_off_for_one_service(tmp_path: Path) -> None:
    made = project(tmp_path)
    (tmp_path / "services/payments.yaml").write_text(SERVICE.replace("{errors: {critical: 2}}", "{errors: off}"))
    assert set(built(load_project(tmp_path))) == {"svc/errors/payments/staging"}  # which has numbers of its own
    assert len(built(made)) == 2


def test_texts_are_filled_and_datadogs_braces_left(tmp_path: Path) -> None:
    one = built(project(tmp_path))["svc/errors/payments/prod"].payload
    assert one["name"] == "[payments] Errors in prod"
    assert one["message"].startswith("Users of payments get errors; more than 2 %.")
    assert "First step: look at the last deploy." in one["message"]


def test_paging_is_for_production_and_telling_for_the_rest(tmp_path: Path) -> None:
    made = built(project(tmp_path))
    assert "@pagerduty-pay" in made["svc/errors/payments/prod"].payload["message"]
    staging = made["svc/errors/payments/staging"].payload["message"]
    assert "@pagerduty" not in staging
    assert "@slack-pay-staging" in staging


def test_tags_say_what_it_is_about(tmp_path: Path) -> None:
    tags = built(project(tmp_path))["svc/errors/payments/prod"].payload["tags"]
    assert {"service:payments", "env:prod", "team:pay"} <= set(tags)


def test_a_name_that_cannot_be_filled_gets_the_nearest(tmp_path: Path) -> None:
    wrong = ERRORS.replace("{service.env}", "{service.enviroment}")
    with pytest.raises(DefinitionError, match=r"monitors/svc.py:3: \{service.enviroment\} names nothing here"):
        built(project(tmp_path, monitors__svc=wrong))


def test_two_positional_parameters_are_refused(tmp_path: Path) -> None:
    wrong = ERRORS.replace("service: Service, *,", "service: Service, other: Service, *,")
    with pytest.raises(DefinitionError, match="it is repeated over one thing"):
        project(tmp_path, monitors__svc=wrong)


def test_a_tunable_without_a_default_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="the tunable minutes needs a default"):
        project(tmp_path, monitors__svc=ERRORS.replace("minutes: int = 5", "minutes: int"))


def test_a_wrong_return_annotation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="must name one of Monitor, SLO, Dashboard"):
        project(tmp_path, monitors__svc=ERRORS.replace("-> Monitor | None", "-> str"))


def test_two_services_of_one_name_name_both_files(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"services/payments.yaml:3: .*services/other.yaml:3 too"):
        project(tmp_path, **{"services/other.yaml": SERVICE})


def test_a_tier_that_does_not_exist_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r'services/payments.yaml:4: no tier "gold"'):
        built(project(tmp_path, **{"services/payments.yaml": SERVICE.replace('"1"', "gold")}))


def test_a_service_file_of_the_older_schema_is_read(tmp_path: Path) -> None:
    older = (
        "schema-version: v2.2\ndd-service: old\nteam: pay\ntier: '2'\n"
        "extensions: {ddsync: {kind: http, operation: flask.request, envs: [prod]}}\n"
    )
    assert "svc/errors/old/prod" in built(project(tmp_path, **{"services/old.yaml": older}))


def test_several_resources_need_keys_of_their_own(tmp_path: Path) -> None:
    several = ERRORS.replace("-> Monitor | None", "-> list[Monitor]").replace("return None", "return []")
    several = several.replace("return Monitor(", "return [Monitor(").replace(
        "priority=1,\n    )", "priority=1,\n    )]"
    )
    with pytest.raises(DefinitionError, match="returns several, so each needs a key="):
        built(project(tmp_path, monitors__svc=several))


def test_a_project_file_takes_the_place_of_a_pack_file(tmp_path: Path) -> None:
    settings = SETTINGS + "packs: {service: full}\n"
    whole = built(project(tmp_path, **{"ddsync.yaml": settings}), "prod")
    assert any(key.startswith("service/") for key in whole)
    mine = ERRORS.replace("def errors", "def only_mine")
    service = SERVICE.replace("    monitors: {errors: {critical: 2}}\n", "").replace(
        "{monitors: {errors: {critical: 20}}}", "{}"
    )
    own = project(
        tmp_path,
        **{
            "ddsync.yaml": settings,
            "monitors/service.py": mine,
            "services/payments.yaml": service,
            "slos/service.py": "",
            "dashboards/service.py": "",
        },
    )
    keys = {key for key in built(own, "prod") if key.startswith("service/")}
    assert keys == {"service/only-mine/payments/prod"}


def test_a_pack_file_can_be_taken_over_and_one_alert_replaced(tmp_path: Path) -> None:
    mine = "from dd_sync.packs.monitors.service import *\nfrom dd_sync import Monitor, Service, define\n\n"
    mine += '@define\ndef error_rate(service: Service) -> Monitor:\n    """Ours.\n\n    First step: ours."""\n'
    mine += "    return Monitor(name='ours', query='avg(last_5m):avg:x{*} > 1')\n"
    service = SERVICE.replace("    monitors: {errors: {critical: 2}}\n", "").replace(
        "{monitors: {errors: {critical: 20}}}", "{}"
    )
    made = project(
        tmp_path,
        **{
            "ddsync.yaml": SETTINGS + "packs: {service: core}\n",
            "monitors/service.py": mine,
            "monitors/svc.py": "",
            "services/payments.yaml": service,
        },
    )
    found = built(made, "prod")
    assert found["service/error-rate/payments/prod"].payload["name"] == "ours"
    assert len([one for one in found.values() if one.kind == "monitor"]) > 1


def test_references_name_keys_and_run_nothing(tmp_path: Path) -> None:
    slo = '''\
from dd_sync import SLO, Service, define
from monitors.svc import errors

@define
def calm(service: Service) -> SLO:
    """Time without an open alert."""
    return SLO(name="{service.name}", monitors=[errors.ref(service)], target=99)
'''
    made = built(project(tmp_path, slos__svc=slo), "prod")
    assert made["svc/calm/payments/prod"].payload["monitor_ids"] == ["${monitor:svc/errors/payments/prod}"]
    assert made["svc/calm/payments/prod"].source == "slos/svc.py:4"


def test_a_reference_to_what_is_switched_off_names_both(tmp_path: Path) -> None:
    slo = '''\
from dd_sync import SLO, Service, define
from monitors.svc import errors

@define
def calm(service: Service) -> SLO:
    """Time without an open alert."""
    return SLO(name="{service.name}", monitors=[errors.ref(service)], target=99)
'''
    service = SERVICE.replace("{errors: {critical: 2}}", "{errors: off}")
    expected = r"slos/svc.py:4: slo svc/calm/payments/prod refers to monitor svc/errors"
    with pytest.raises(DefinitionError, match=expected):
        built(project(tmp_path, slos__svc=slo, **{"services/payments.yaml": service}), "prod")
