"""JUnit XML: one test for each object, failed where it has an error."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.findings import Finding, Located
from dd_sync.reports.junit import junit

MADE = {"prod": [("monitor", "eks/cpu/one"), ("slo", "eks/up/one")], "staging": [("monitor", "eks/cpu/two")]}


def wrong(message: str = 'it is <wrong> & "odd"', targets: tuple[str, ...] = ("prod",)) -> Located:
    finding = Finding("query-syntax", "error", message, "query", 0, 1, "mend it")
    return Located(finding, "monitors/eks.py:41", "monitor", "eks/cpu/one", "avg:{", {}, targets)


def read(found: list[Located]) -> ElementTree.Element:
    return ElementTree.fromstring(junit(found, MADE))


def test_every_object_of_every_target_is_a_test() -> None:
    suites = read([])
    assert [(suite.get("name"), suite.get("tests")) for suite in suites] == [
        ("project", "1"),
        ("prod", "2"),
        ("staging", "1"),
    ]
    assert (suites.get("tests"), suites.get("failures")) == ("4", "0")


def test_an_error_fails_the_test_of_its_object() -> None:
    suites = read([wrong()])
    [failure] = suites.iter("failure")
    assert failure.get("message") == 'it is <wrong> & "odd"'
    assert "monitors/eks.py:41" in str(failure.text)
    assert "mend it" in str(failure.text)
    assert [case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None] == ["eks/cpu/one"]
    assert [suite.get("failures") for suite in suites] == ["0", "1", "0"]


def test_a_warning_is_written_beside_and_fails_nothing() -> None:
    mild = Located(
        Finding("raw-id", "warning", "by its id", "query"), "a.py:1", "monitor", "eks/cpu/one", "", {}, ("prod",)
    )
    suites = read([mild])
    assert suites.get("failures") == "0"
    assert "by its id" in str(next(suites.iter("system-out")).text)


def test_a_file_that_cannot_be_read_is_a_test_that_failed() -> None:
    suites = read([Located(Finding("inventory", "error", "not YAML", ""), "services/a.yaml:3")])
    [failure] = suites.iter("failure")
    assert failure.text == "services/a.yaml:3: error: not YAML [inventory]"
    assert suites[0].get("failures") == "1"


@given(st.text())
def test_whatever_a_message_holds_the_report_is_xml(message: str) -> None:
    [failure] = read([wrong(message)]).iter("failure")
    plain = "".join(letter if letter.isprintable() else "" for letter in message)
    assert all(letter in str(failure.get("message")) for letter in plain)
