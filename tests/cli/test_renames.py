"""A rename without `renamed_from`: the plan says so and prints the line that keeps the objects, and the line does."""

from __future__ import annotations

import re

from tests.workbench import SETTINGS, Workbench

SERVICE = """\
apiVersion: v3
kind: service
metadata: {name: cart, owner: platform}
spec: {tier: "2", languages: [python]}
extensions:
  ddsync:
    kind: http
    operation: fastapi.request
    envs: [prod]
"""
WITH_PACKS = SETTINGS.replace("packs: []", "packs: [service, eks]")
ANOTHER = '''\
from dd_sync import Cluster, Monitor, define


@define
def something_else(cluster: Cluster) -> Monitor:
    """Another thing of {cluster.name} is wrong.

    First step: look.
    """
    return Monitor(name="Other", query=f"avg(last_5m):avg:other.metric{cluster.scope()} > 1")
'''


def ids(bench: Workbench) -> dict[str, set[object]]:
    return {kind: {one["id"] for one in bench.live(kind)} for kind in ("monitor", "slo", "dashboard")}


def suggestion(bench: Workbench) -> str:
    (notice,) = [one["text"] for one in bench.plan()["notices"] if "renamed" in one["text"]]
    return str(notice)


def kept(bench: Workbench, before: dict[str, set[object]]) -> bool:
    plan = bench.plan()
    assert {change["action"] for change in plan["changes"]} <= {"update"}, plan["changes"]
    assert not any("looks like" in one["text"] for one in plan["notices"])
    bench.apply()
    return ids(bench) == before and bench.plan()["changes"] == []


def test_of_a_function(bench: Workbench) -> None:
    bench.apply()
    before = ids(bench)
    file = bench.root / "monitors/eks.py"
    file.write_text(file.read_text().replace("def cpu_high", "def cpu_used_up"))
    told = suggestion(bench)
    assert told.startswith("eks/cpu-used-up looks like eks/cpu-high renamed: 1 object is deleted and made anew")
    line = re.search(r"To keep: (@define\(.*?\)) at monitors/eks.py:\d+", told)
    assert line is not None
    file.write_text(file.read_text().replace("@define\n", f"{line[1]}\n"))
    assert kept(bench, before)


def test_of_a_module(bench: Workbench) -> None:
    bench.apply()
    before = ids(bench)
    (bench.root / "monitors/eks.py").rename(bench.root / "monitors/nodes.py")
    line = re.search(r"To keep: (@define\(.*?\)) at monitors/nodes.py", suggestion(bench))
    assert line is not None
    file = bench.root / "monitors/nodes.py"
    file.write_text(file.read_text().replace("@define\n", f"{line[1]}\n"))
    assert kept(bench, before)


def test_of_a_service_with_its_slos_and_its_dashboard(bench: Workbench) -> None:
    bench.write("ddsync.yaml", WITH_PACKS)
    bench.write("services/cart.yaml", SERVICE)
    bench.apply()
    before = ids(bench)
    bench.write("services/cart.yaml", SERVICE.replace("name: cart", "name: basket"))
    told = suggestion(bench)
    assert told.startswith("basket looks like cart renamed: ")
    assert told.endswith("To keep: renamed_from: cart under extensions.ddsync in services/cart.yaml")
    renamed = SERVICE.replace("name: cart", "name: basket") + "    renamed_from: cart\n"
    bench.write("services/cart.yaml", renamed)
    assert kept(bench, before)


def test_of_a_cluster(bench: Workbench) -> None:
    bench.write("ddsync.yaml", WITH_PACKS)
    bench.apply()
    before = ids(bench)
    bench.write("ddsync.yaml", WITH_PACKS.replace("name: prod-eu-1", "name: blue"))
    assert "To keep: renamed_from: prod-eu-1 beside its name at ddsync.yaml:6" in suggestion(bench)
    bench.write("ddsync.yaml", WITH_PACKS.replace("name: prod-eu-1", "name: blue, renamed_from: prod-eu-1"))
    assert kept(bench, before)


def test_what_is_new_beside_what_goes_is_no_rename(bench: Workbench) -> None:
    bench.apply()
    (bench.root / "monitors/eks.py").unlink()
    bench.write("monitors/other.py", ANOTHER)
    assert not any("looks like" in one["text"] for one in bench.plan()["notices"])
