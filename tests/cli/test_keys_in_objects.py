"""A key of the account inside a live object: no receipt keeps it, no undo writes dots, no import writes it down."""

from __future__ import annotations

from tests.workbench import APP_KEY, Workbench


def test_an_undo_never_writes_dots_in_place_of_a_key(bench: Workbench) -> None:
    bench.apply()
    (monitor,) = bench.live("monitor")
    bench.emulator.edit("monitor", monitor["id"], lambda body: {**body, "message": f"call with {APP_KEY}"})
    bench.apply("--drift", "revert")
    ran = bench.ddsync("undo", "last", "--yes", status=None)
    assert "a key stood in it, which no receipt keeps: put it back by hand" in ran.out + ran.err
    (now,) = bench.live("monitor")
    assert "••••" not in now["message"]
    assert ran.status == 1
    for path in bench.root.rglob("*"):
        assert not path.is_file() or APP_KEY.encode() not in path.read_bytes(), path


def test_an_import_leaves_such_an_object_out_and_says_so(bench: Workbench) -> None:
    query = "avg(last_5m):avg:a{*} > 1"
    for name, message in (("clean", "look"), ("spilt", f"call with {APP_KEY}")):
        bench.emulator.put("monitor", {"name": name, "type": "query alert", "query": query, "message": message})
    ran = bench.ddsync("import", "--all", "--out", "imported")
    assert "warning: left out: a key of this account stands in monitor" in ran.err
    text = "".join(path.read_text() for path in (bench.root / "imported").rglob("*.py"))
    assert "clean" in text
    assert "spilt" not in text
    assert APP_KEY not in text + ran.out + ran.err


def test_what_only_looks_like_a_secret_is_imported_with_a_warning(bench: Workbench) -> None:
    hook = "https://hooks.slack.com/services/T0000/B0000/abcdefghijklmnop"
    body = {"name": "hook", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1", "message": f"see {hook}"}
    bench.emulator.put("monitor", body)
    ran = bench.ddsync("import", "--all", "--out", "imported")
    assert "what looks like a secret stands in monitor" in ran.err
    assert "abcdefghijklmnop" not in ran.out + ran.err
