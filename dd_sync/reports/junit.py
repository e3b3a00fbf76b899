"""Findings as JUnit XML, which CI systems show as tests: one for each object, failed where it has an error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from dd_sync.core.findings import Located

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Named = tuple[str, str]
"""(kind, key)."""


def junit(findings: Sequence[Located], made: Mapping[str, Sequence[Named]]) -> str:
    """A report with a suite for the files and one for each target. Warnings are written beside, and fail nothing."""
    of_files = [one for one in findings if not one.key]
    suites = [_suite("project", _files(of_files))]
    for target, names in made.items():
        here: dict[Named, list[Located]] = {name: [] for name in names}
        for one in findings:
            if target in one.targets and (one.kind, one.key) in here:
                here[one.kind, one.key].append(one)
        suites.append(_suite(target, [_case(kind, key, found) for (kind, key), found in here.items()]))
    failures = sum(failed for _, _, failed in suites)
    tests = sum(number for _, number, _ in suites)
    inner = "\n".join(text for text, _, _ in suites)
    head = f'<testsuites name="ddsync validate" tests="{tests}" failures="{failures}" errors="0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{inner}\n</testsuites>'


Case = tuple[str, bool]


def _suite(name: str, cases: Sequence[Case]) -> tuple[str, int, int]:
    """The XML of a suite, how many tests it has and how many failed."""
    failed = sum(bad for _, bad in cases)
    head = f'  <testsuite name={_attribute(name)} tests="{len(cases)}" failures="{failed}" errors="0" skipped="0">'
    return "\n".join([head, *(text for text, _ in cases), "  </testsuite>"]), len(cases), failed


def _files(findings: Sequence[Located]) -> list[Case]:
    """A test for each file that is wrong; one that passes where all can be read."""
    by_file: dict[str, list[Located]] = {}
    for one in findings:
        by_file.setdefault(one.place[0], []).append(one)
    return [_case("files", name or "project", found) for name, found in by_file.items()] or [_case("files", "all", [])]


def _case(group: str, name: str, findings: Sequence[Located]) -> Case:
    errors = [one for one in findings if one.finding.severity == "error"]
    warnings = [one for one in findings if one.finding.severity != "error"]
    file = findings[0].place[0] if findings else ""
    head = f"    <testcase classname={_attribute(group)} name={_attribute(name)}"
    head += f" file={_attribute(file)}" if file else ""
    body = [
        f"      <failure type={_attribute(one.finding.rule)} message={_attribute(one.finding.message)}>"
        f"{_text(_said(one))}</failure>"
        for one in errors
    ]
    if warnings:
        body.append(f"      <system-out>{_text(chr(10).join(map(_said, warnings)))}</system-out>")
    text = "\n".join([f"{head}>", *body, "    </testcase>"]) if body else f"{head}/>"
    return text, bool(errors)


def _said(one: Located) -> str:
    finding = one.finding
    shown = f"\n  {one.text}" if one.text and finding.start is not None else ""
    fix = f"\n  {finding.fix}" if finding.fix else ""
    return f"{one.source}: {finding.severity}: {finding.message} [{finding.rule}]{shown}{fix}"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
