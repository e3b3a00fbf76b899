"""The plan on a terminal."""

from __future__ import annotations

from dd_sync.core.apply import Outcome
from dd_sync.reports.text import apply_text, outcome_line, plan_text, summary_line
from tests.reports.plans import HEADING, PAGERS, World, board, example, graph, group, monitor, slo

WEBHOOK = "https://hooks.slack.com/services/T000/B000/abcdefghijklmnop"


def shown(world: World, **heading: object) -> str:
    return plan_text(world.plan(), HEADING._replace(**heading), PAGERS)  # type: ignore[arg-type]


def test_nothing_to_do_is_one_line() -> None:
    text = shown(World().has("monitor", "a/b", monitor()).wants("monitor", "a/b", monitor()))
    assert text == "acme → prod (datadoghq.eu): nothing to change (1 definition, 1.9 s)"


def test_the_whole_plan_reads_as_the_documentation_shows_it() -> None:
    assert plan_text(example(), HEADING, PAGERS).splitlines() == [
        "acme → prod (datadoghq.eu) · 5 definitions · 1.9 s",
        "",
        "Pages    2 monitors start paging @pagerduty-payments · 1 stops",
        "Deletes  1 monitor",
        "",
        "- monitor   service/disk/payments/prod",
        "    Disk is full",
        "    stops paging @pagerduty-payments",
        "+ monitor   service/queue-age/payments/prod                           monitors/service.py:118",
        "    pages @pagerduty-payments   tells @slack-payments",
        "+ slo       service/availability/payments/prod                        slos/service.py:22",
        "    99.95 % over 30 d",
        "~ monitor   service/error-rate/payments/prod                          monitors/service.py:41",
        "    notifies on alert: +@pagerduty-payments",
        "    threshold  5  →  2",
        "    warning    3  →  1",
        "    message    + {{#is_alert}}@pagerduty-payments{{/is_alert}}",
        "~ dashboard eks/overview/prod-eu-1                                    dashboards/eks.py:12",
        '    Nodes   ▸ "CPU": query  by {host}  →  by {host,nodepool}          grouping',
        '    Workers ▸ + "Queue age" (timeseries), first in its group',
        "",
        "Edited in Datadog, held (ddsync drift shows all, ddsync absorb keeps one)",
        "! monitor   mongodb/replication-lag/orders                            2 h ago",
        "    threshold  30  →  120 in Datadog",
        "",
        "2 to create · 2 to update · 1 to delete · 1 held · 0 unchanged",
    ]


def test_a_plan_of_many_objects_says_what_it_leads_to() -> None:
    world = World()
    for number in range(9):
        world.wants("monitor", f"a/m{number}", monitor(f"M{number}"))
    assert "leads to" not in shown(world)
    assert world.plan().leads_to() == {"monitor": 9}
    world.wants("monitor", "a/last", monitor("Last"))
    assert shown(world).splitlines()[-2] == "leads to 10 monitors (0 now)"


def test_deletes_come_first_with_their_titles_and_whom_they_woke() -> None:
    world = World().wants("monitor", "a/new", monitor("New"))
    world.has("monitor", "a/old", monitor("Old one", told="@pagerduty-platform @slack-x"))
    lines = shown(world).splitlines()
    assert lines[3] == "Deletes  1 monitor"
    first = lines.index("- monitor   a/old")
    assert lines[first + 1 : first + 3] == [
        "    Old one",
        "    stops paging @pagerduty-platform   stops telling @slack-x",
    ]
    assert first < next(n for n, line in enumerate(lines) if line.startswith("+ monitor"))


def test_a_replace_says_why_and_stands_before_what_only_changes() -> None:
    checks = {**monitor("Check"), "type": "service check", "query": '"a".over("*").last(2).count_by_status()'}
    world = World().changes("monitor", "a/a", monitor(), monitor(critical=7))
    world.changes("monitor", "a/b", monitor("Check"), {**checks, "options": {}})
    text = shown(world)
    assert text.index("± monitor   a/b") < text.index("~ monitor   a/a")
    assert "Datadog cannot change a monitor's type from metric alert to service check" in text
    assert "Replaces  1 monitor" in text


def test_an_edit_in_datadog_is_told_from_the_code_to_datadog_with_its_age() -> None:
    world = World().has("monitor", "a/b", monitor(), lambda body: {**body, "name": "Renamed"}, modified="2027-01-12")
    world.wants("monitor", "a/b", monitor())
    text = shown(world)
    assert "! monitor   a/b" in text
    assert "3 d ago" in text
    assert "name  Error rate  →  Renamed in Datadog" in text
    assert "ago" not in shown(world, now=None)


def test_a_conflict_says_how_to_settle_it() -> None:
    world = World().has("monitor", "a/b", monitor(), lambda body: {**body, "name": "Renamed"})
    assert "the code changed too: settle it with --revert-drift" in shown(
        world.wants("monitor", "a/b", monitor(critical=9))
    )


def test_an_object_deleted_in_datadog_says_so() -> None:
    world = World(known={("monitor", "a/b")}).wants("monitor", "a/b", monitor())
    assert "    deleted in Datadog" in shown(world).splitlines()


def test_a_new_dashboard_says_how_large_it_is() -> None:
    text = shown(World().wants("dashboard", "a/b", board(group("G", graph("A"), graph("B")), graph("C"))))
    assert "    3 widgets in 1 group" in text.splitlines()


def test_the_promise_of_an_slo_is_told_when_it_changes() -> None:
    assert "target over 30d  99.9  →  99.95" in shown(World().changes("slo", "a/b", slo(99.9), slo(99.95)))


def test_a_change_of_very_much_is_cut_with_a_count() -> None:
    world = World().changes(
        "dashboard", "a/b", board(*[graph(f"G{n}") for n in range(30)]), board(*[graph(f"H{n}") for n in range(30)])
    )
    assert "    and 48 more (--format json shows all)" in shown(world).splitlines()


def test_secrets_in_messages_are_masked_whatever_part_of_them_changed() -> None:
    before, after = monitor(told=WEBHOOK), monitor(told=WEBHOOK.replace("abcdef", "qrstuv"))
    text = shown(World().changes("monitor", "a/b", before, after))
    assert "ghijklmnop" not in text
    assert "T000" not in text


def test_the_summary_counts_what_would_be_done_and_not_what_is_held() -> None:
    assert summary_line(example()) == "2 to create · 2 to update · 1 to delete · 1 held · 0 unchanged"


def test_after_trouble_what_was_not_done_is_named_with_its_place() -> None:
    outcomes = [
        Outcome("create", "monitor", "a/b", 1, "done"),
        Outcome("update", "slo", "a/c", "x", "failed", "400 from Datadog: no", source="slos/a.py:3"),
        Outcome("update", "monitor", "a/d", 2, "held", "edited in Datadog"),
    ]
    assert apply_text(outcomes, 3.14, "").splitlines() == [
        "1 of 3 done in 3.1 s. Not done:",
        "  slo a/c   400 from Datadog: no  slos/a.py:3",
    ]
    assert apply_text([outcomes[0], outcomes[2]], 3.14, "r.json") == "done: 1 created, 1 held in 3.1 s · receipt r.json"
    assert outcome_line(outcomes[1]) == "! slo       a/c  failed: 400 from Datadog: no"
