"""One change as lines."""

from __future__ import annotations

from dd_sync.core.references import Ref
from dd_sync.core.secrets import Redactor
from dd_sync.reports.lines import Line, board_changes, facts, label, lines, what
from tests.reports.plans import World, board, example, graph, group, monitor, of, slo


def told(world: World, key: str = "a/b") -> list[tuple[str, str, str, str]]:
    plan = world.plan()
    return [(one.label, one.sign, one.before, one.after) for one in lines(of(plan.changes, key), plan.ids)]


def test_a_threshold_is_told_once_though_the_query_holds_it_too() -> None:
    world = World().changes("monitor", "a/b", monitor(critical=5), monitor(critical=2, warning=1))
    assert told(world) == [("threshold", "~", "5", "2"), ("warning", "~", "3", "1")]


def test_what_else_changed_in_a_query_is_told_apart() -> None:
    after = monitor()
    after["query"] = after["query"].replace("last_5m", "last_10m").replace("env:prod", "env:staging")
    plan = World().changes("monitor", "a/b", monitor(), after).plan()
    found = lines(plan.changes[0], plan.ids)
    assert [(one.label, one.before, one.after, one.note) for one in found] == [
        ("query", "last_5m", "last_10m", "window"),
        ("query", "env:prod", "env:staging", "scope"),
    ]


def test_a_query_of_another_shape_shows_both() -> None:
    after = {**monitor(), "query": "avg(last_5m):max:other.metric{*} > 5"}
    ((name, _, before, after_text),) = told(World().changes("monitor", "a/b", monitor(), after))
    assert name == "query"
    assert "trace.http.request" in before
    assert "other.metric" in after_text


def test_a_message_is_told_by_its_lines() -> None:
    after = monitor(told="@slack-payments\nSee the wiki.")
    after["message"] = after["message"].replace("the last deploy", "the last two deploys")
    found = told(World().changes("monitor", "a/b", monitor(), after))
    assert found == [
        ("message", "~", "… deploy.", "… two deploys."),
        ("message", "+", "", "See the wiki."),
    ]


def test_options_that_come_and_go_have_a_sign() -> None:
    world = World().changes("monitor", "a/b", monitor(renotify_interval=60), monitor(timeout_h=4))
    assert told(world) == [("renotify_interval", "-", "60", ""), ("timeout_h", "+", "", "4")]


def test_references_that_are_known_are_no_change_of_a_widget() -> None:
    plain = {"definition": {"type": "alert_graph", "title": "A", "alert_id": "1001", "viz_type": "timeseries"}}
    refers = {"definition": {**plain["definition"], "alert_id": str(Ref("monitor", "a/m"))}}
    world = World().has("monitor", "a/m", monitor()).wants("monitor", "a/m", monitor())
    world.changes("dashboard", "a/b", board(plain), board(refers, graph("New")))
    plan = world.plan()
    (change,) = board_changes(of(plan.changes, "a/b"), plan.ids)
    assert (change.mark, change.item.name) == ("new", "New")


def test_widgets_are_told_by_group_and_the_rest_of_a_board_by_field() -> None:
    before = board(group("G", graph("A"), graph("B")))
    after = board(group("G", graph("A", "avg:system.cpu.user{*} by {pod}")), title="Other")
    plan = World().changes("dashboard", "a/b", before, after).plan()
    found = [(one.group, one.label, one.sign, one.note) for one in lines(plan.changes[0], plan.ids)]
    assert found == [(None, "title", "~", ""), ("G", '"A": query', "~", "grouping"), ("G", "", "-", "")]


def test_an_edit_that_is_held_is_told_from_the_code_to_datadog() -> None:
    world = World().has("monitor", "a/b", monitor(), lambda body: {**body, "name": "Edited", "priority": 1})
    plan = world.wants("monitor", "a/b", monitor()).plan()
    found = {one.label: one for one in lines(plan.changes[0], plan.ids)}
    assert (found["name"].before, found["name"].after) == ("Error rate", "Edited")
    assert (found["priority"].sign, found["priority"].after) == ("+", "1")
    assert all(one.turned for one in found.values())


def test_secrets_are_masked_in_fields_and_in_widgets() -> None:
    note = {"definition": {"type": "note", "content": "password=hunter2hunter2\nsecond"}}
    world = World().changes("dashboard", "a/b", board(graph("A")), board(graph("A"), note))
    world.changes("monitor", "a/c", monitor(), monitor(told="token=abcdefghijk"))
    plan = world.plan()
    shown = [line for change in plan.changes for line in lines(change, plan.ids, Redactor(["Platform-secret"]))]
    assert "hunter2hunter2" not in str(shown)
    assert "abcdefghijk" not in str(shown)


def test_a_change_in_one_line_counts_what_it_leaves_out() -> None:
    plan = example()
    assert what(of(plan.changes, "service/error-rate/payments/prod"), plan.ids) == (
        "threshold 5 → 2, warning 3 → 1 and 1 more"
    )
    assert what(of(plan.changes, "eks/overview/prod-eu-1"), plan.ids) == (
        'Nodes ▸ "CPU": query by {host} → by {host,nodepool}, Workers ▸ + "Queue age" (timeseries)'
    )


def test_new_objects_are_told_by_what_they_are() -> None:
    plan = World().wants("slo", "a/b", slo(99.5, "7d")).wants("dashboard", "a/c", board(graph("A"))).plan()
    assert [facts(change) for change in plan.changes] == ["99.5 % over 7 d", "1 widget"]


def test_paths_are_said_as_people_say_them() -> None:
    assert label("options.thresholds.critical_recovery") == "critical_recovery"
    assert label("thresholds[30d].target") == "target over 30d"
    assert label("thresholds[7d]") == "target over 7d"
    assert label("template_variables[env].defaults") == "template_variables[env].defaults"


def test_a_line_says_itself() -> None:
    assert Line("x", "1", "2").text == "1  →  2"
    assert Line("x", "1", "", "-").text == "- 1"
    assert Line("x", "", "2", "+").text == "+ 2"
    assert Line("x", "", "", "~", "moved").text == "moved"
