"""Receipts: what an apply did survives whatever ends it, and tells the next run what was there."""

# ruff: noqa: N803 - arguments as boto3 spells them

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.apply import Outcome
from dd_sync.core.errors import DdsyncError
from dd_sync.core.identity import Owner
from dd_sync.core.plan import Change, Plan
from dd_sync.project.receipts import Receipts, Undoing, Writing, find_receipt, is_durable, parse_receipt, receipts_in
from dd_sync.project.receipts.shelf import GROWING, S3, SEALED, Shelf, shelf

OWNER = Owner("acme", "prod")
EMPTY = Plan(OWNER, (), 0, {("monitor", "a/kept"): 1, ("monitor", "a/gone"): 2})


def outcome(action: str, key: str, id: int, status: str = "done") -> Outcome:
    return Outcome(action, "monitor", key, id, status, before={"name": "before"}, after={"name": "after"})  # type: ignore[arg-type]


OUTCOMES = (outcome("create", "a/new", 3), outcome("delete", "a/gone", 2), outcome("create", "a/bad", 4, "failed"))
THERE = {("monitor", "a/kept"): 1, ("monitor", "a/new"): 3}


class FakeS3:
    """As much of S3 as receipts use, a page of two keys at a time; answers as the AWS API reference has them."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refuses = ""

    def _check(self, bucket: str) -> None:
        assert bucket == "acme-receipts"
        if self.refuses:
            raise Refusing(self.refuses)

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        self._check(Bucket)
        self.objects[Key] = Body

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        import io

        self._check(Bucket)
        if Key not in self.objects:
            raise Refusing("NoSuchKey")
        return {"Body": io.BytesIO(self.objects[Key])}

    def delete_object(self, Bucket: str, Key: str) -> None:
        self._check(Bucket)
        self.objects.pop(Key, None)

    def list_objects_v2(self, Bucket: str, Prefix: str, ContinuationToken: str = "") -> dict[str, Any]:
        self._check(Bucket)
        keys = sorted(key for key in self.objects if key.startswith(Prefix) and key > ContinuationToken)
        more = {"IsTruncated": True, "NextContinuationToken": keys[1]} if len(keys) > 2 else {"IsTruncated": False}
        return {"Contents": [{"Key": key} for key in keys[:2]], **more}


class Refusing(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(f"An error occurred ({code})")
        self.response = {"Error": {"Code": code}}


@pytest.fixture
def s3() -> FakeS3:
    return FakeS3()


@pytest.fixture(params=["folder", "bucket"])
def receipts(request: pytest.FixtureRequest, tmp_path: Path, s3: FakeS3) -> Receipts:
    """The receipts of one target, in a folder and in a bucket."""
    folder = tmp_path / "receipts" if request.param == "folder" else tmp_path / "s3://acme-receipts/prod"
    made = Receipts(folder, "acme", "prod", "https://api.datadoghq.eu")
    made.__dict__["_shelf"] = shelf(folder, lambda: S3(s3, (Refusing,)))
    return made


def place(receipts: Receipts) -> Shelf:
    return receipts._shelf


def written(receipts: Receipts, *outcomes: Outcome, plan: Plan = EMPTY) -> Writing:
    writing = receipts.begin(plan, "apply")
    for one in outcomes:
        writing.add(one)
    return writing


def test_a_sealed_receipt_holds_every_outcome_and_what_is_there_afterwards(receipts: Receipts) -> None:
    where = written(receipts, *OUTCOMES).seal({"done": 2, "failed": 1})
    (receipt,) = receipts.all()
    assert receipt.sealed
    assert receipt.name == where.name
    assert [line["status"] for line in receipt.outcomes] == ["done", "done", "failed"]
    assert receipt.outcomes[0]["before"] == {"name": "before"}
    assert receipt.objects() == receipts.known_ids() == THERE


def test_what_was_there_is_known_without_the_images(receipts: Receipts) -> None:
    """They are most of a receipt, and a plan after a large apply would wait for them."""
    name = written(receipts, *OUTCOMES).seal({}).name
    shelf_of = place(receipts)
    first = shelf_of.first_line(name) or ""
    assert "before" not in first
    shelf_of.read = lambda name: pytest.fail("read whole")  # type: ignore[method-assign]
    shelf_of.first_line = lambda name: first  # type: ignore[method-assign]
    assert receipts.known_ids() == THERE


def test_a_receipt_that_is_laid_out_otherwise_is_read_whole(receipts: Receipts, tmp_path: Path, s3: FakeS3) -> None:
    name = written(receipts, *OUTCOMES).seal({}).name
    for laid_out in ({"indent": 1}, {}):
        text = json.dumps(json.loads(place(receipts).read(name) or ""), **laid_out)  # type: ignore[arg-type]
        if s3.objects:
            s3.objects[f"prod/{name}"] = text.encode()
        else:
            (tmp_path / "receipts" / name).write_text(text)
        assert receipts.known_ids() == THERE


def test_a_receipt_that_was_never_sealed_tells_as_much(receipts: Receipts) -> None:
    written(receipts, *OUTCOMES)
    (receipt,) = receipts.all()
    assert not receipt.sealed
    assert receipt.objects() == THERE
    assert len(receipt.outcomes) == 3


def test_sealing_leaves_one_document_and_no_lines(receipts: Receipts) -> None:
    written(receipts, *OUTCOMES).seal({"done": 2})
    assert [name.endswith(SEALED) for name in place(receipts).names()] == [True]


def test_the_name_is_the_time_and_the_plan(receipts: Receipts) -> None:
    name = written(receipts).seal({}).name
    time, _, rest = name.partition("-")
    assert rest == f"{EMPTY.fingerprint[7:15]}.json"
    assert (len(time), time[8], time[-1]) == (16, "T", "Z")


def test_two_applies_of_one_second_get_names_of_their_own_and_the_later_one_counts(receipts: Receipts) -> None:
    first, second = written(receipts), written(receipts, OUTCOMES[0])
    assert second.seal({}).name != first.seal({}).name
    assert receipts.known_ids()["monitor", "a/new"] == 3
    assert len(list(receipts.all())) == 2


def test_the_later_of_two_plans_in_one_second_counts_whatever_their_fingerprints(receipts: Receipts) -> None:
    for n in range(6):
        written(receipts, plan=Plan(OWNER, (), n, {("monitor", "x"): n})).seal({})
        assert receipts.known_ids() == {("monitor", "x"): n}


def test_receipts_of_other_targets_and_accounts_say_nothing_about_this_one(tmp_path: Path) -> None:
    mine = Receipts(tmp_path, "acme", "prod", "here")
    for project, target, account in (("other", "prod", "here"), ("acme", "staging", "here"), ("acme", "prod", "there")):
        Receipts(tmp_path, project, target, account).begin(EMPTY, "apply").seal({})
    assert mine.known_ids() == {}
    assert len(list(receipts_in(shelf(tmp_path)))) == 3


def test_a_file_is_readable_by_its_owner_alone_from_its_first_line_on(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "receipts", "acme", "prod", "here")
    writing = written(receipts, OUTCOMES[0])
    (growing,) = (tmp_path / "receipts").iterdir()
    assert growing.stat().st_mode & 0o777 == 0o600
    assert writing.seal({}).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "receipts").stat().st_mode & 0o777 == 0o700


def test_other_files_in_the_folder_are_passed_over(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path, "acme", "prod", "here")
    for name, text in (("a.json", "not json"), ("b.json", "[1]"), ("c.json", '{"format": 99}'), ("d.txt", "{}")):
        (tmp_path / name).write_text(text)
    (tmp_path / "e.json").write_bytes(b"\xff\xfe")
    assert list(receipts.all()) == []


def test_a_folder_that_cannot_be_written_is_an_error_before_anything_is_applied(tmp_path: Path) -> None:
    (tmp_path / "receipts").write_text("a file")
    with pytest.raises(DdsyncError, match="receipts cannot be kept there") as caught:
        Receipts(tmp_path / "receipts", "acme", "prod", "here").begin(EMPTY, "apply")
    assert "nothing is applied without one" in caught.value.hint


LIVE = {"id": 2, "name": "as it was"}
CHANGES = [
    Change("update", "code", "monitor", "a/gone", "Gone", id=2, live=LIVE),
    Change("create", "code", "monitor", "a/new", "New"),
]


def test_what_was_begun_and_never_over_is_known_with_its_image(receipts: Receipts) -> None:
    writing = receipts.begin(EMPTY, "apply")
    for change in CHANGES:
        writing.begin(change)
    writing.add(outcome("create", "a/new", 3))
    (receipt,) = receipts.all()
    assert [line["key"] for line in receipt.outcomes] == ["a/new"]
    assert [(line["action"], line["key"], line["before"]) for line in receipt.unfinished] == [
        ("update", "a/gone", LIVE)
    ]
    assert receipts.known_ids() == {("monitor", "a/kept"): 1, ("monitor", "a/gone"): 2, ("monitor", "a/new"): 3}


def test_a_failure_keeps_the_image_of_what_it_may_have_changed_all_the_same(receipts: Receipts) -> None:
    writing = receipts.begin(EMPTY, "apply")
    writing.begin(CHANGES[0])
    writing.add(Outcome("update", "monitor", "a/gone", 2, "failed", "no answer in time"))
    writing.seal({})
    (receipt,) = receipts.all()
    assert [(line["key"], line["before"]) for line in receipt.unfinished] == [("a/gone", LIVE)]


def test_a_change_is_begun_once_however_many_steps_it_takes(receipts: Receipts) -> None:
    writing = receipts.begin(EMPTY, "apply")
    for change in (CHANGES[0], CHANGES[0]):
        writing.begin(change)
    (receipt,) = receipts.all()
    assert len(receipt.unfinished) == 1


@given(st.data())
def test_a_receipt_cut_anywhere_tells_all_its_whole_lines(data: st.DataObject) -> None:
    head = json.dumps({"format": 1, "objects": {}})
    lines = [
        json.dumps({"action": "create", "kind": "monitor", "key": f"k{n}", "id": n, "status": "done"}) for n in "ab"
    ]
    text = "\n".join([head, *lines]) + "\n"
    cut = data.draw(st.integers(len(head), len(text)))
    receipt = parse_receipt("x" + GROWING, text[:cut])
    assert receipt is not None
    whole = text[:cut].count("\n") + any(text[:cut].endswith(line) for line in lines) - 1
    assert len(receipt.outcomes) == max(whole, 0)


def test_an_undo_says_what_it_undoes(receipts: Receipts) -> None:
    written(receipts, plan=Undoing(OWNER, (), 0, {}, undoes="20260101T000000Z-abc.json")).seal({})
    (receipt,) = receipts.all()
    assert (receipt.data["command"], receipt.data["undoes"]) == ("undo", "20260101T000000Z-abc.json")


def test_a_receipt_is_found_by_path_by_name_and_as_the_last(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "receipts", "acme", "prod", "here")
    older, newer = written(receipts).seal({}), written(receipts, OUTCOMES[0]).seal({})
    for named in (str(older), older.name, older.stem):
        assert find_receipt(named, tmp_path, "receipts").name == older.name
    assert find_receipt("last", tmp_path, "receipts").name == newer.name
    with pytest.raises(DdsyncError, match="no receipt of that name"):
        find_receipt("20260101T000000Z-00000000", tmp_path, "receipts")


def test_a_bucket_that_refuses_is_an_error_with_its_reason_and_no_more(s3: FakeS3, tmp_path: Path) -> None:
    s3.refuses = "AccessDenied"
    with pytest.raises(DdsyncError, match="s3://acme-receipts/prod/: receipts cannot be kept there: AccessDenied"):
        shelf(tmp_path / "s3://acme-receipts/prod", lambda: S3(s3, (Refusing,))).names()


def test_a_long_growing_receipt_in_a_bucket_keeps_its_order(s3: FakeS3) -> None:
    place = shelf(Path("s3://acme-receipts"), lambda: S3(s3, (Refusing,)))
    growth = place.grow("stem")
    for n in range(12):
        growth.add(json.dumps(n))
    assert place.names() == ["stem" + GROWING]
    assert place.read("stem" + GROWING) == "".join(f"{n}\n" for n in range(12))


def test_s3_without_boto3_says_what_to_install() -> None:
    try:
        import boto3  # noqa: F401
    except ImportError:
        with pytest.raises(DdsyncError, match="boto3") as caught:
            shelf(Path("s3://acme-receipts")).names()
        assert "ddsync[aws]" in caught.value.hint
    else:
        pytest.skip("boto3 is installed here")


@pytest.fixture
def aws() -> Iterator[None]:
    moto = pytest.importorskip("moto", reason="moto is not installed: pip install 'moto[s3]'")
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    with moto.mock_aws():
        yield


def test_receipts_live_in_a_bucket_of_aws(aws: None) -> None:
    import boto3

    boto3.client("s3").create_bucket(
        Bucket="acme-receipts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    receipts = Receipts(Path("s3://acme-receipts/prod"), "acme", "prod", "here")
    written(receipts, *OUTCOMES)
    assert receipts.known_ids() == THERE
    written(receipts, *OUTCOMES).seal({})
    assert receipts.known_ids() == THERE


def test_only_a_place_that_was_chosen_outlives_a_ci_machine() -> None:
    assert not is_durable(".ddsync/receipts")
    assert not is_durable(".ddsync/receipts/")
    assert is_durable("s3://acme-receipts/prod")
    assert is_durable("/mnt/receipts")
