"""A whole project checked in one pass."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from dd_sync.core.findings import Located
from dd_sync.project.project import load_project
from dd_sync.project.validating import findings_of, validate

SETTINGS = """\
project: acme
packs: []
teams:
  shop: {page: "@pagerduty-shop", tell: "@slack-shop"}
clusters:
  - {name: one, env: prod, team: shop}
  - {name: two, env: staging, team: shop}
targets:
  prod: {site: datadoghq.eu, envs: [prod]}
  staging: {site: datadoghq.eu, envs: [staging]}
  all: {site: datadoghq.eu}
"""

HEAD = "from collections.abc import Iterator\nfrom dd_sync import SLO, Cluster, Monitor, Number, define\n\n\n"

CPU = '''\
@define
def cpu(cluster: Cluster, *, critical: Number = 90) -> Monitor:
    """Nodes of {cluster.name} are busy."""
    query = f"avg(last_5m):avg:system.cpu.user{cluster.scope(SCOPE)} by {{host}} > {critical}"
    return Monitor(name="CPU of {cluster.name}", query=query)
'''

CONTRADICTING = CPU.replace("SCOPE", "'a:b', '!a:b'")


class Project:
    """A project in a folder, written file by file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("ddsync.yaml", SETTINGS)

    def write(self, name: str, text: str) -> Project:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return self

    def monitors(self, *definitions: str) -> Project:
        return self.write("monitors/eks.py", HEAD + "\n\n".join(definitions))

    def found(self, target: str | None = None) -> list[Located]:
        return list(validate(self.root, target).findings)

    def rules(self, target: str | None = None) -> list[str]:
        return [one.finding.rule for one in self.found(target)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def only(found: Iterable[Located], rule: str) -> Located:
    [one] = [one for one in found if one.finding.rule == rule]
    return one


def test_a_good_project_has_no_findings_and_says_what_was_looked_at(project: Project) -> None:
    checked = validate(project.monitors(CPU.replace("SCOPE", "")).root)
    assert checked.ok
    assert checked.findings == []
    assert {target: len(names) for target, names in checked.made.items()} == {"prod": 1, "staging": 1, "all": 2}


def test_a_finding_names_file_line_object_targets_and_the_place_in_the_query(project: Project) -> None:
    first, second = project.monitors(CONTRADICTING).found()
    assert (first.finding.rule, first.source, first.kind, first.key) == (
        "contradicting-scope",
        "monitors/eks.py:5",
        "monitor",
        "eks/cpu/one",
    )
    assert first.text[first.finding.start : first.finding.end] == "a:b"
    assert (first.targets, second.targets) == (("prod", "all"), ("staging", "all"))


def test_one_target_is_checked_by_itself(project: Project) -> None:
    [one] = project.monitors(CONTRADICTING).found("staging")
    assert one.key == "eks/cpu/two"


def test_a_number_that_a_file_set_is_told_with_its_line(project: Project) -> None:
    settings = SETTINGS.replace("env: prod,", "env: prod, monitors: {cpu: {critical: 80, minutes: 0}},")
    query = CPU.replace("SCOPE", "").replace("= 90", "= 90, minutes: int = 5").replace("last_5m", "last_{minutes}m")
    found = only(project.write("ddsync.yaml", settings).monitors(query).found("prod"), "window-range")
    assert found.set_at == {"minutes": "ddsync.yaml:6"}


def test_every_file_that_is_wrong_is_reported_at_once(project: Project) -> None:
    project.write("services/a.yaml", "metadata: {name: a\n")
    project.write("services/b.yaml", "metadata: {name: b}\nextensions: {ddsync: {kind: http, enws: [], monitrs: {}}}\n")
    project.write("monitors/broken.py", "def f(\n")
    project.monitors(CONTRADICTING)
    found = project.found()
    assert [one.source for one in found if one.finding.rule in ("inventory", "definition")] == [
        "monitors/broken.py:1",
        "services/a.yaml:2",
        "services/b.yaml:2",
        "services/b.yaml:2",
    ]
    assert "contradicting-scope" in {one.finding.rule for one in found}


def test_every_definition_that_fails_is_reported_at_once(project: Project) -> None:
    other = CPU.replace("SCOPE", "").replace("def cpu", "def memory").replace("{cluster.name} are", "{cluster.nam} are")
    third = (
        CPU.replace("SCOPE", "")
        .replace("def cpu", "def disk")
        .replace('    """Nodes of {cluster.name} are busy."""\n', "")
    )
    found = project.monitors(CPU.replace("SCOPE", "nope"), other, third).found()
    assert {one.finding.rule for one in found} == {"definition"}
    said = " ".join(one.finding.message for one in found)
    assert "nope" in said
    assert "{cluster.nam} names nothing here" in said
    assert "it has no docstring" in said


def test_what_breaks_one_file_for_many_is_said_once(project: Project) -> None:
    project.write("monitors/a.py", "import nothing_of_that_name\n")
    project.write("monitors/b.py", "from monitors.a import something\n")
    assert len(project.found()) == 1


def test_settings_that_cannot_be_read_are_all_there_is_to_say(project: Project) -> None:
    checked = validate(project.write("ddsync.yaml", "project: acme\npakcs: []\nteems: {}\n").root)
    assert [one.source for one in checked.findings] == ["ddsync.yaml:2", "ddsync.yaml:3"]
    assert checked.made == {}


def test_names_of_definitions_are_not_judged_while_a_file_cannot_be_read(project: Project) -> None:
    project.write("ddsync.yaml", SETTINGS.replace("env: prod,", "env: prod, monitors: {cpu: off},"))
    assert project.rules() == ["inventory"]
    assert project.write("monitors/broken.py", "def f(\n").rules() == ["definition"]


def test_a_reference_to_nothing_is_an_error_that_names_both(project: Project) -> None:
    composite = '''\
@define
def both(cluster: Cluster) -> Monitor | None:
    """Both."""
    other = cpu.ref(cluster)
    return Monitor(name="Both", type="composite", query=f"{other} && !{other}")
'''
    off = SETTINGS.replace("env: prod,", "env: prod, monitors: {cpu: off},")
    found = project.write("ddsync.yaml", off).monitors(CPU.replace("SCOPE", ""), composite).found("prod")
    assert "refers to monitor eks/cpu/one, which is not there" in only(found, "definition").finding.message


def test_a_rule_that_is_not_meant_is_left_out(project: Project) -> None:
    ignored = CONTRADICTING.replace("@define", '@define(ignore=("contradicting-scope",))')
    assert project.monitors(ignored).rules() == []


def test_an_ignore_that_nothing_needs_is_an_error_at_its_definition(project: Project) -> None:
    ignored = CPU.replace("SCOPE", "").replace("@define", '@define(ignore=("contradicting-scope",))')
    found = only(project.monitors(ignored).found(), "unneeded-ignore")
    assert (found.source, found.finding.severity) == ("monitors/eks.py:5", "error")


def test_whether_an_ignore_is_needed_is_judged_over_all_targets(project: Project) -> None:
    scope = "*(['a:b', '!a:b'] if cluster.env == 'prod' else [])"
    ignored = CPU.replace("SCOPE", scope).replace("@define", '@define(ignore=("contradicting-scope",))')
    assert project.monitors(ignored).rules() == []
    assert project.rules("staging") == []


def test_an_ignore_of_a_rule_that_does_not_exist_is_an_error_with_the_nearest(project: Project) -> None:
    ignored = CPU.replace("SCOPE", "").replace("@define", '@define(ignore=("contradicting-scop",))')
    found = only(project.monitors(ignored).found(), "unknown-rule")
    assert found.finding.message == 'no rule "contradicting-scop". Did you mean contradicting-scope?'


def test_two_objects_of_one_team_with_one_name_are_told_apart(project: Project) -> None:
    twice = CPU.replace("SCOPE", "").replace("CPU of {cluster.name}", "CPU")
    found = project.monitors(twice).found()
    assert [one.key for one in found if one.finding.rule == "name-repeated"] == ["eks/cpu/two"]
    assert project.rules("prod") == []


def test_a_handle_that_no_team_has_is_a_warning_with_the_nearest(project: Project) -> None:
    told = CPU.replace("SCOPE", "").replace("are busy.", "are busy: @slack-shp, @slack-{{team.name}}, @here.")
    found = only(project.monitors(told).found("prod"), "mention-unknown")
    assert found.finding.message == "no team has the handle @slack-shp. Did you mean @slack-shop?"
    assert found.text[found.finding.start : found.finding.end] == "@slack-shp"
    assert validate(project.root).ok


def test_a_secret_in_a_definition_is_refused(project: Project) -> None:
    leaking = CPU.replace("SCOPE", "").replace("are busy.", "are busy: https://hooks.slack.com/services/T0/B0/abcdef")
    found = only(project.monitors(leaking).found("prod"), "secret")
    assert (found.finding.severity, found.finding.path) == ("error", "message")


def test_an_alert_is_checked_against_the_slo_it_watches(project: Project) -> None:
    project.write(
        "slos/eks.py",
        HEAD
        + '''\
@define
def uptime(cluster: Cluster) -> SLO:
    """Promise of {cluster.name}."""
    good = f"sum:requests.ok{cluster.scope()}.as_count()"
    return SLO(name="Uptime of {cluster.name}", target=95, numerator=good, denominator=good)


@define
def burn(cluster: Cluster) -> Monitor:
    """The budget of {cluster.name} burns."""
    query = f'burn_rate("{uptime.ref(cluster)}").over("7d").long_window("1h").short_window("5m") > 14.4'
    return Monitor(name="Budget of {cluster.name}", type="slo alert", query=query)
''',
    )
    assert set(project.rules("prod")) == {"slo-alert-target"}


def test_an_id_of_an_object_of_the_project_is_told_by_its_key(project: Project) -> None:
    raw = '''\
@define
def both(cluster: Cluster) -> Monitor:
    """Both."""
    return Monitor(name="Both of {cluster.name}", type="composite", query="123 && !456")
'''
    receipt = {
        "format": 1,
        "project": "acme",
        "target": "prod",
        "place": "https://api.datadoghq.eu",
        "objects": {"monitor:eks/cpu/one": 123},
    }
    project.write(".ddsync/receipts/20260101T000000Z-01234567.json", json.dumps(receipt))
    found = project.monitors(CPU.replace("SCOPE", ""), raw).found("prod")
    own = only(found, "own-id")
    assert own.finding.message == "monitor 123 is eks/cpu/one, of this project"
    assert own.finding.fix == "refer to it: ${monitor:eks/cpu/one}"
    assert only(found, "raw-id").finding.message == "monitor 456 is named by its id"


def test_payloads_from_datadog_are_checked_and_can_be_ignored_alike(project: Project) -> None:
    raw = '''\
@define
def imported() -> Iterator[Monitor]:
    """As it was."""
    query = "avg(last_5m):avg:x{a:b,!a:b} > 5"
    yield Monitor.from_api({"name": "One", "type": "query alert", "query": query, "message": ""}, key="one")
'''
    found = only(project.monitors(raw).found("prod"), "contradicting-scope")
    assert (found.key, found.source) == ("eks/imported/one", "monitors/eks.py:5")
    assert project.monitors(raw.replace("@define", '@define(ignore=("contradicting-scope",))')).rules() == []


def test_some_objects_of_a_target_can_be_looked_at_alone(project: Project) -> None:
    loaded = load_project(project.monitors(CONTRADICTING).root)
    built = loaded.build(loaded.settings.targets["all"])
    found = findings_of(built, [("monitor", "eks/cpu/two")], loaded.teams.values())
    assert [(one.key, one.finding.rule) for one in found] == [("eks/cpu/two", "contradicting-scope")]
    assert findings_of(built, []) == []
