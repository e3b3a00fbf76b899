"""`ddsync codeowners`."""

from __future__ import annotations

import pytest

from tests.workbench import Workbench

SERVICE = """\
apiVersion: v3
kind: service
metadata: {{name: {name}, owner: {owner}}}
spec: {{type: http}}
extensions: {{ddsync: {{kind: http, operation: http.request, envs: [prod]}}}}
"""


@pytest.fixture
def owned(bench: Workbench) -> Workbench:
    for name in ("payments", "cart"):
        bench.write(f"services/{name}.yaml", SERVICE.format(name=name, owner="platform"))
    return bench


def test_service_files_belong_to_the_owners_of_the_services(owned: Workbench) -> None:
    rules = owned.ddsync("codeowners", "--org", "acme").out.splitlines()[1:]
    assert rules == ["/services/cart.yaml @acme/platform", "/services/payments.yaml @acme/platform"]


def test_the_file_is_written_and_told_when_it_is_stale(owned: Workbench) -> None:
    arguments = ("codeowners", "--org", "acme", "--shared", "platform", "--out", ".github/CODEOWNERS")
    assert "is stale" in owned.ddsync(*arguments, "--check", status=1).err
    assert not (owned.root / ".github").exists()
    owned.ddsync(*arguments)
    owned.ddsync(*arguments, "--check")
    assert (owned.root / ".github/CODEOWNERS").read_text().splitlines()[1] == "/ddsync.yaml @acme/platform"
    owned.write("services/new.yaml", SERVICE.format(name="new", owner="platform"))
    owned.ddsync(*arguments, "--check", status=1)


def test_a_team_that_is_not_there_is_named(owned: Workbench) -> None:
    err = owned.ddsync("codeowners", "--org", "acme", "--shared", "platfrom", status=64).err
    assert 'no team "platfrom" in ddsync.yaml. Did you mean platform?' in err
