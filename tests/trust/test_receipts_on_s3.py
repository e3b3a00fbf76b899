"""Receipts in a bucket, from the command line: written, listed, undone, whatever ends the apply."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dd_sync.datadog.transport import HTTP, Request, Response
from tests.trust.wire import Killed
from tests.workbench import SETTINGS, Workbench

moto = pytest.importorskip("moto", reason="moto is not installed: pip install 'moto[s3]'")

THREE = '''
from dd_sync import Monitor, define

@define
def {names[0]}() -> Monitor:
    """One."""
    return Monitor(name="One", query="avg(last_5m):avg:system.load.1{{*}} > {number}")

@define
def {names[1]}() -> Monitor:
    """Two."""
    return Monitor(name="Two", query="avg(last_5m):avg:system.load.5{{*}} > {number}")

@define
def {names[2]}() -> Monitor:
    """Three."""
    return Monitor(name="Three", query="avg(last_5m):avg:system.load.15{{*}} > {number}")
'''


@pytest.fixture
def s3(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket that `receipts:` names, and a project of three monitors, applied."""
    import boto3

    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with moto.mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="acme-receipts")
        bench.write("ddsync.yaml", SETTINGS + "receipts: s3://acme-receipts/prod\n")
        define(bench, 5)
        bench.apply()
        yield client


def define(bench: Workbench, number: int, *names: str) -> None:
    bench.write("monitors/eks.py", THREE.format(number=number, names=names or ("one", "two", "three")))


def said(bench: Workbench) -> list[tuple[str, str]]:
    return sorted((one["name"], one["query"]) for one in bench.live("monitor"))


def at_write(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], object]) -> None:
    """Does something once Datadog has carried out the write of this number."""
    send, writes = HTTP.__call__, 0

    def call(self: HTTP, request: Request) -> Response:
        nonlocal writes
        answer = send(self, request)
        writes += request.method != "GET"
        if request.method != "GET" and writes == number:
            act()
        return answer

    monkeypatch.setattr(HTTP, "__call__", call)


def die() -> None:
    raise Killed


def keys(s3: Any) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket="acme-receipts").get("Contents", ())]


def test_an_apply_is_sealed_in_the_bucket_listed_and_undone(bench: Workbench, s3: Any) -> None:
    before = said(bench)
    define(bench, 7)
    receipt = bench.apply("--format", "json").lines[-1]["receipt"]
    assert receipt.startswith("s3://acme-receipts/prod/")
    assert len(keys(s3)) == 2
    assert not (bench.root / ".ddsync/receipts").exists()
    listed = bench.ddsync("history", "--format", "json").json
    assert [(one["command"], one["done"]) for one in listed] == [("apply", {"update": 3}), ("apply", {"create": 3})]
    assert "3 updated" in bench.ddsync("history").out
    bench.ddsync("undo", receipt, "--yes")
    assert said(bench) == before
    assert bench.ddsync("history", "last", "--format", "json").json["command"] == "undo"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_a_killed_apply_did_is_in_the_bucket(
    bench: Workbench, s3: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = said(bench)
    define(bench, 7, "one", "two", "another")
    with monkeypatch.context() as patched:
        at_write(patched, number, die)
        with pytest.raises(Killed):
            bench.apply("--parallel", "1", "--allow-delete", "1")
    assert said(bench) != before
    assert any(".part/" in key for key in keys(s3))
    assert "did not come to its end" in bench.ddsync("history").out
    assert "begun    " in bench.ddsync("history", "last").out
    assert bench.ddsync("history", "last", "--format", "json").json["begun"] == 1
    bench.ddsync("undo", "last", "--yes")
    assert said(bench) == before


def test_a_bucket_that_goes_away_ends_the_apply_and_is_said(
    bench: Workbench, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(bench, 7)

    def gone() -> None:
        for key in keys(s3):
            s3.delete_object(Bucket="acme-receipts", Key=key)
        s3.delete_bucket(Bucket="acme-receipts")

    at_write(monkeypatch, 1, gone)
    ran = bench.apply("--parallel", "1", "--format", "json", status=1)
    statuses = [line["status"] for line in ran.lines if "status" in line]
    assert sorted(statuses) == ["done", "skipped", "skipped"]
    assert "the receipt could not be written to its end" in ran.err
    assert "NoSuchBucket" in ran.err


def test_without_the_bucket_nothing_is_applied(bench: Workbench, s3: Any) -> None:
    bench.write("ddsync.yaml", SETTINGS + "receipts: s3://nobody-has-this\n")
    define(bench, 7)
    before = json.dumps(bench.live("monitor"))
    ran = bench.apply(status=1)
    assert "receipts cannot be kept there: NoSuchBucket" in ran.err
    assert json.dumps(bench.live("monitor")) == before
    assert "AWS_SECRET_ACCESS_KEY" in os.environ
