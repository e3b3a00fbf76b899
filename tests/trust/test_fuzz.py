"""A small part of `tests/soak/test_fuzz.py`, of every kind of file: nothing that ddsync reads is a bug of ours."""

from __future__ import annotations

from pathlib import Path

from tests.soak.fuzzing import fuzz

CASES = 150


def test_what_ddsync_reads_may_hold_anything(tmp_path: Path) -> None:
    with fuzz(tmp_path) as made:
        for number in range(CASES):
            made.one(number)
