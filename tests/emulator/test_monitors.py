"""Monitors as the recordings of the real API show them."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask
from tests.emulator.bodies import Body, monitor

PATH = "/api/v1/monitor"


def create(emulator: Emulator, **changes: Any) -> Body:
    answered = ask(emulator, "POST", PATH, monitor(**changes))
    assert answered.status == 200, answered.body
    created: Body = answered.body
    return created


def put_parts(emulator: Emulator) -> None:
    """Two monitors for composites to join: 1 and 2."""
    for id in (1, 2):
        emulator.put("monitor", monitor(name=f"Part {id}"), id)


def read(emulator: Emulator, id: int, **query: str) -> Body:
    answered = ask(emulator, "GET", f"{PATH}/{id}", query=query)
    assert answered.status == 200
    found: Body = answered.body
    return found


def listed(emulator: Emulator, **query: Any) -> list[Body]:
    answered = ask(emulator, "GET", PATH, query=query)
    assert answered.status == 200
    found: list[Body] = answered.body
    return found


# Creating


def test_a_created_monitor_has_the_fields_datadog_adds(emulator: Emulator) -> None:
    created = create(emulator)
    assert created["id"] > 0
    assert created["modified"] == created["created"]
    assert created["created_at"] // 1000 == created["created_at"] / 1000
    assert created.keys() >= {"org_id", "creator", "created", "deleted", "restriction_policy"}
    expected: Body = {"tags": [], "priority": None, "restricted_roles": None, "draft_status": "published", "assets": []}
    assert {name: created[name] for name in expected} == expected
    assert (created["overall_state"], created["overall_state_modified"]) == ("No Data", None)


def test_a_read_shows_what_the_write_answered_but_for_the_restriction_policy(emulator: Emulator) -> None:
    created = create(emulator)
    assert read(emulator, created["id"]) == {
        name: value for name, value in created.items() if name != "restriction_policy"
    }


def test_options_that_are_not_named_get_their_defaults(emulator: Emulator) -> None:
    assert create(emulator)["options"] == {
        "notify_audit": False,
        "include_tags": True,
        "new_host_delay": 300,
        "notify_no_data": False,
        "silenced": {},
    }


@pytest.mark.parametrize(
    ("named", "absent"),
    [
        ({"new_group_delay": 60}, "new_host_delay"),
        ({"on_missing_data": "resolve"}, "notify_no_data"),
        ({"thresholds": {}}, "thresholds"),
    ],
)
def test_some_options_keep_a_default_away(emulator: Emulator, named: Body, absent: str) -> None:
    assert absent not in create(emulator, options=named)["options"]


def test_options_sent_as_null_stay_null(emulator: Emulator) -> None:
    options = {"renotify_interval": None, "timeout_h": None, "evaluation_delay": None, "new_host_delay": None}
    assert create(emulator, options=options)["options"].items() >= options.items()


@pytest.mark.parametrize(
    ("type_", "query", "added"),
    [
        ("log alert", 'logs("service:web").index("*").rollup("count").last("5m") > 5', True),
        ("rum alert", 'rum("*").rollup("count").last("5m") > 5', True),
        ("query alert", "avg(last_5m):avg:system.load.1{*} > 5", False),
        ("composite", "1 && 2", False),
    ],
)
def test_monitors_of_events_get_groupby_simple_monitor(emulator: Emulator, type_: str, query: str, added: bool) -> None:
    put_parts(emulator)
    options = create(emulator, type=type_, query=query)["options"]
    assert ("groupby_simple_monitor" in options) is added


def test_whole_thresholds_become_floats_and_null_ones_go(emulator: Emulator) -> None:
    thresholds = create(emulator, options={"thresholds": {"critical": 5, "warning": None}})["options"]["thresholds"]
    assert thresholds == {"critical": 5.0}
    assert isinstance(thresholds["critical"], float)


def test_thresholds_of_service_checks_stay_whole(emulator: Emulator) -> None:
    query = '"ntp.in_sync".over("*").last(2).count_by_status()'
    options = {"thresholds": {"critical": 1, "warning": 1, "ok": 2}}
    thresholds = create(emulator, type="service check", query=query, options=options)["options"]["thresholds"]
    assert [type(value) for value in thresholds.values()] == [int, int, int]


def test_a_composite_keeps_a_null_threshold(emulator: Emulator) -> None:
    put_parts(emulator)
    options = create(emulator, type="composite", query="1 || 2", options={"thresholds": {"critical": None}})["options"]
    assert options["thresholds"] == {"critical": None}


def test_texts_lose_the_whitespace_around_them_and_keep_what_is_inside(emulator: Emulator) -> None:
    created = create(
        emulator,
        message="\n first \n\n second  \n",
        query=" avg(last_5m):avg:system.load.1{*} > 5 ",
        options={"escalation_message": " still down\n"},
    )
    assert created["message"] == "first \n\n second"
    assert created["query"] == "avg(last_5m):avg:system.load.1{*} > 5"
    assert created["options"]["escalation_message"] == "still down"


def test_priority_zero_is_none(emulator: Emulator) -> None:
    assert create(emulator, priority=0)["priority"] is None


def test_tags_stay_as_they_were_written(emulator: Emulator) -> None:
    tags = ["Team:Web", "b:2", "a:1", "b:2"]
    assert create(emulator, tags=tags)["tags"] == tags


def test_fields_datadog_does_not_take_are_dropped_without_a_word(emulator: Emulator) -> None:
    created = create(emulator, classification="custom", id=5, multi=False, creator={"name": "me"}, overall_state="OK")
    assert "classification" not in created
    assert created["id"] != 5
    assert created["multi"] is True
    assert created["creator"] != {"name": "me"}
    assert created["overall_state"] == "No Data"


_MONTHLY = {"scheduling_options": {"evaluation_window": {"day_starts": "00:00", "month_starts": 1}}}
_VARIABLES = [{"data_source": "metrics", "name": "a", "query": "avg:system.load.1{*}"}]


@pytest.mark.parametrize(
    ("sent", "query", "options", "kept"),
    [
        ("query alert", "avg(last_5m):avg:system.load.1{*} > 5", {}, "query alert"),
        ("metric alert", "avg(last_5m):avg:system.load.1{*} > 5", {}, "metric alert"),
        ("query alert", 'formula("a").last("5m") > 5', {"variables": _VARIABLES}, "metric alert"),
        ("metric alert", "avg(current_1mo):avg:system.load.1{*} > 5", _MONTHLY, "query alert"),
        ("log alert", 'formula("a").last("5m") > 5', {"variables": _VARIABLES}, "log alert"),
    ],
)
def test_the_query_decides_between_metric_and_query_alert(
    emulator: Emulator, sent: str, query: str, options: Body, kept: str
) -> None:
    assert create(emulator, type=sent, query=query, options=options)["type"] == kept


@pytest.mark.parametrize(
    ("type_", "query", "multi"),
    [
        ("query alert", "avg(last_5m):avg:system.load.1{*} > 5", False),
        ("query alert", "avg(last_5m):avg:system.load.1{*} by {host} > 5", True),
        ("query alert", "avg(last_4h):anomalies(avg:system.load.1{*} by {host,env}, 'basic', 2) >= 1", True),
        ("query alert", "avg(last_5m):avg:standby.count{by:hand} > 5", False),
        ("log alert", 'logs("*").index("*").rollup("count").by("source,status").last("5m") > 5', True),
        ("data-jobs alert", 'formula("failed_runs(q)").by(job_name,workspace_name).last(10d) > 0', True),
        ("service check", '"ntp.in_sync".by("*").last(2).count_by_status()', True),
        ("composite", "1 && 2", False),
    ],
)
def test_a_monitor_is_multi_when_its_query_groups(emulator: Emulator, type_: str, query: str, multi: bool) -> None:
    put_parts(emulator)
    assert create(emulator, type=type_, query=query)["multi"] is multi


_FACET = {"facet": "service", "limit": 10}
_LOGS: Body = {"data_source": "logs", "search": {"query": "*"}, "compute": {"aggregation": "count"}}


@pytest.mark.parametrize(
    ("variable", "multi"),
    [
        (_LOGS | {"group_by": [_FACET]}, True),
        (_LOGS | {"group_by": []}, False),
        ({"data_source": "data_quality_metrics", "filter": "*", "measure": "bytes", "group_by": ["entity_id"]}, False),
        (
            {
                "data_source": "aggregate_augmented_query",
                "group_by": [_FACET],
                "compute": [{"aggregation": "count"}],
                "base_query": _LOGS | {"name": "b"},
                "augment_query": {"data_source": "reference_table", "table_name": "owners"},
                "join_condition": {"augment_attribute": "a", "base_attribute": "b", "join_type": "left"},
            },
            False,
        ),
    ],
)
def test_of_the_queries_of_a_formula_those_of_events_group(emulator: Emulator, variable: Body, multi: bool) -> None:
    options = {"variables": [variable | {"name": "a"}]}
    created = create(emulator, type="log alert", query='formula("a").last("5m") > 5', options=options)
    assert created["multi"] is multi


def test_assets_come_back_completed_and_only_to_who_asks(emulator: Emulator) -> None:
    asset = {"name": "Runbook", "url": "https://example.com/runbook", "category": "runbook"}
    created = create(emulator, assets=[asset])
    whole: Body = {**asset, "template_variables": {}, "options": {}, "resource_key": None, "resource_type": None}
    assert created["assets"] == [whole | {"monitor_id": created["id"]}]
    assert read(emulator, created["id"], with_assets="true")["assets"] == [whole]
    assert read(emulator, created["id"])["assets"] == []
    assert listed(emulator)[0]["assets"] == []


def test_an_exact_repetition_is_a_duplicate(emulator: Emulator) -> None:
    first = create(emulator)
    answered = ask(emulator, "POST", PATH, monitor())
    assert answered.status == 400
    assert answered.body == {"errors": [f"Duplicate of an existing monitor_id:{first['id']} org_id:{first['org_id']}"]}


@pytest.mark.parametrize("change", [{"name": "Other"}, {"message": "other"}, {"tags": ["a:1"]}])
def test_a_monitor_that_says_anything_else_is_no_duplicate(emulator: Emulator, change: Body) -> None:
    create(emulator)
    assert create(emulator, **change)["id"]


# Refusals


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"type": "log alert", "query": "query"},
            "The value provided for parameter 'query' is invalid: invalid operator",
        ),
        ({"query": "THIS IS A BAD QUERY"}, "The value provided for parameter 'query' is invalid"),
        ({"query": ""}, "The value provided for parameter 'query' is invalid"),
        ({"type": "weather alert"}, "The value provided for parameter 'type' is invalid"),
        ({"tags": "a:1"}, "The value provided for parameter 'tags' is invalid"),
        (
            {"options": {"thresholds": {"critical": 90}}},
            "Alert threshold (90.0) does not match that used in the query (5.0).",
        ),
    ],
)
def test_what_datadog_refuses_is_refused_in_its_words(emulator: Emulator, change: Body, sentence: str) -> None:
    for path in (PATH, f"{PATH}/validate"):
        answered = ask(emulator, "POST", path, monitor(**change))
        assert answered.status == 400
        assert answered.body["errors"][0].startswith(sentence)
    assert emulator.objects("monitor") == []


def test_a_good_monitor_validates_and_nothing_is_stored(emulator: Emulator) -> None:
    assert ask(emulator, "POST", f"{PATH}/validate", monitor()).pair() == (200, {})
    assert emulator.objects("monitor") == []


def test_a_change_of_an_existing_monitor_validates_against_what_it_has(emulator: Emulator) -> None:
    path = f"{PATH}/{create(emulator)['id']}/validate"
    assert ask(emulator, "POST", path, {"message": "only this"}).pair() == (200, {})
    assert ask(emulator, "POST", path, {"query": "nonsense"}).status == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_monitor_that_is_not_there_is_not_found(emulator: Emulator, method: str) -> None:
    answered = ask(emulator, method, f"{PATH}/12345", monitor() if method == "PUT" else None)
    assert answered.pair() == (404, {"errors": ["Monitor not found"]})


# Updating


def test_a_put_merges_the_top_level(emulator: Emulator) -> None:
    created = create(emulator, tags=["a:1"], priority=3)
    updated = ask(emulator, "PUT", f"{PATH}/{created['id']}", {"name": "New"}).body
    assert updated["name"] == "New"
    kept = ("type", "query", "message", "tags", "priority", "created")
    assert {name: updated[name] for name in kept} == {name: created[name] for name in kept}
    assert updated["modified"] > created["modified"]


def test_a_put_replaces_options_as_a_whole(emulator: Emulator) -> None:
    created = create(emulator, options={"renotify_interval": 60, "thresholds": {"critical": 5}})
    updated = ask(emulator, "PUT", f"{PATH}/{created['id']}", {"options": {"thresholds": {"critical": 5}}}).body
    assert "renotify_interval" not in updated["options"]
    assert updated["options"]["thresholds"] == {"critical": 5.0}
    assert updated["options"]["new_host_delay"] == 300


def test_a_put_clears_only_what_it_names(emulator: Emulator) -> None:
    created = create(emulator, tags=["a:1"], priority=3)
    updated = ask(emulator, "PUT", f"{PATH}/{created['id']}", {"tags": [], "priority": None}).body
    assert (updated["tags"], updated["priority"]) == ([], None)


def test_the_answer_to_a_put_does_not_name_the_creator(emulator: Emulator) -> None:
    created = create(emulator)
    assert "creator" not in ask(emulator, "PUT", f"{PATH}/{created['id']}", {"name": "New"}).body
    assert read(emulator, created["id"])["creator"] == created["creator"]


# Listing


def test_the_list_adds_matching_downtimes(emulator: Emulator) -> None:
    created = create(emulator)
    assert listed(emulator) == [read(emulator, created["id"]) | {"matching_downtimes": []}]


def test_pages_show_every_monitor_once(emulator: Emulator) -> None:
    ids = [create(emulator, name=f"m{number}")["id"] for number in range(7)]
    pages = [listed(emulator, page=page, page_size=3) for page in range(4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [found["id"] for page in pages for found in page] == ids


def test_without_a_page_the_list_is_whole(emulator: Emulator) -> None:
    for number in range(3):
        create(emulator, name=f"m{number}")
    assert len(listed(emulator)) == len(listed(emulator, page_size=2)) == 3


def test_an_offset_by_id_shows_what_comes_after(emulator: Emulator) -> None:
    ids = [create(emulator, name=f"m{number}")["id"] for number in range(5)]
    assert [found["id"] for found in listed(emulator, id_offset=ids[1], page_size=2)] == ids[2:4]


def test_monitor_tags_filter_by_every_tag_named(emulator: Emulator) -> None:
    create(emulator, name="both", tags=["managed_by:ddsync", "team:web"])
    create(emulator, name="one", tags=["managed_by:ddsync"])
    create(emulator, name="longer", tags=["managed_by:ddsync2", "team:web"])
    names = [found["name"] for found in listed(emulator, monitor_tags="managed_by:ddsync,team:web")]
    assert names == ["both"]


def test_tags_filter_by_the_scope_of_the_query(emulator: Emulator) -> None:
    create(emulator, name="prod", tags=["env:staging"])
    create(emulator, name="staging", query="avg(last_5m):avg:system.load.1{env:staging} > 5")
    assert [found["name"] for found in listed(emulator, tags="env:staging")] == ["staging"]


def test_name_filters_by_a_part_of_the_name(emulator: Emulator) -> None:
    create(emulator, name="Load of hosts")
    create(emulator, name="Disk")
    assert [found["name"] for found in listed(emulator, name="load")] == ["Load of hosts"]


def test_a_page_that_is_no_number_is_refused(emulator: Emulator) -> None:
    assert ask(emulator, "GET", PATH, query={"page": "x"}).status == 400


def test_restricted_roles_can_be_left_out_of_a_read(emulator: Emulator) -> None:
    created = create(emulator)
    assert "restricted_roles" not in read(emulator, created["id"], with_restricted_roles="false")


def test_downtimes_are_shown_to_who_asks(emulator: Emulator) -> None:
    downtime = {"id": 4, "scope": ["env:prod"], "start": 1, "end": None}
    id = emulator.put("monitor", monitor(matching_downtimes=[downtime]))
    assert read(emulator, int(id), with_downtimes="true")["matching_downtimes"] == [downtime]
    assert "matching_downtimes" not in read(emulator, int(id))
    assert listed(emulator)[0]["matching_downtimes"] == [downtime]


# Deleting


def test_a_deleted_monitor_is_gone_and_its_id_is_not_used_again(emulator: Emulator) -> None:
    created = create(emulator)
    answered = ask(emulator, "DELETE", f"{PATH}/{created['id']}")
    assert answered.pair() == (200, {"deleted_monitor_id": created["id"]})
    assert ask(emulator, "GET", f"{PATH}/{created['id']}").status == 404
    assert create(emulator)["id"] > created["id"]


def test_a_monitor_that_others_refer_to_is_deleted_only_by_force(emulator: Emulator) -> None:
    part, other = create(emulator), create(emulator, name="Other")
    whole = create(emulator, name="Both", type="composite", query=f"{part['id']} && {other['id']}")
    path = f"{PATH}/{part['id']}"
    reason = f"monitor [{part['id']},Load] is referenced in composite monitors: [{whole['id']},Both]"
    assert ask(emulator, "DELETE", path).pair() == (400, {"errors": [reason]})
    assert ask(emulator, "DELETE", path, query={"force": "true"}).status == 200


def test_a_composite_with_a_longer_number_does_not_refer_to_a_monitor(emulator: Emulator) -> None:
    part = create(emulator)
    for id in (f"{part['id']}1", f"9{part['id']}"):
        emulator.put("monitor", monitor(), id)
    create(emulator, name="Both", type="composite", query=f"{part['id']}1 && 9{part['id']}")
    assert ask(emulator, "DELETE", f"{PATH}/{part['id']}").status == 200


def test_can_delete_names_who_refers(emulator: Emulator) -> None:
    free, used = create(emulator, name="Free"), create(emulator, name="Used")
    slo = emulator.put("slo", {"name": "Uptime", "type": "monitor", "monitor_ids": [used["id"]]})
    query = {"monitor_ids": f"{free['id']},{used['id']}"}
    reason = f"monitor [{used['id']},Used] is referenced in slos: [{slo},Uptime]"
    answered = ask(emulator, "GET", f"{PATH}/can_delete", query=query)
    assert answered.pair() == (409, {"data": {"ok": [free["id"]]}, "errors": {str(used["id"]): [reason]}})
    answered = ask(emulator, "GET", f"{PATH}/can_delete", query={"monitor_ids": free["id"]})
    assert answered.pair() == (200, {"data": {"ok": [free["id"]]}, "errors": None})
