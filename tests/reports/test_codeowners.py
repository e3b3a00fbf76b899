"""Who must review what."""

from __future__ import annotations

from dd_sync.reports.codeowners import HEAD, codeowners


def test_each_file_belongs_to_its_owners_and_the_shared_ones_come_first() -> None:
    files = [("services/b.yaml", "shop"), ("services/a.yaml", "payments"), ("services/a.yaml", "shop")]
    assert codeowners(files, "acme", "platform") == HEAD + (
        "/ddsync.yaml @acme/platform\n"
        "/monitors/ @acme/platform\n"
        "/slos/ @acme/platform\n"
        "/dashboards/ @acme/platform\n"
        "/services/a.yaml @acme/payments @acme/shop\n"
        "/services/b.yaml @acme/shop\n"
    )


def test_a_file_without_an_owner_has_no_rule_and_a_space_is_escaped() -> None:
    assert codeowners([("a.yaml", None), ("my file.yaml", "x")], "acme", None) == HEAD + "/my\\ file.yaml @acme/x\n"
