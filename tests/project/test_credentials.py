"""Fetching keys from a program and from files: what comes back, what is refused, and that nothing of it is shown."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.project.credentials import credentials
from dd_sync.project.credentials.key_pair import LARGEST, Credentials
from dd_sync.project.credentials.key_settings import Keys

API, APP = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210fedcba98"
BOTH = json.dumps({"api_key": API, "app_key": APP})
AT = "ddsync.yaml:7"


def fetched(root: Path, **keys: object) -> Credentials:
    return credentials(Keys.model_validate(keys), root, lambda: AT)


def refused(root: Path, **keys: object) -> DdsyncError:
    with pytest.raises(DdsyncError) as raised:
        fetched(root, **keys)
    assert raised.value.message.startswith(f"{AT}: ")
    assert raised.value.hint
    assert not any(key in f"{raised.value.message}{raised.value.hint}" for key in (API, APP))
    return raised.value


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], list[str]]:
    """Makes a program of a line of Python, and the words that start it."""

    def make(code: str) -> list[str]:
        (tmp_path / "program.py").write_text(f"import os, sys, time\n{code}\n")
        return [sys.executable, "program.py"]

    return make


# A program


@pytest.mark.parametrize(
    "printed",
    [
        BOTH,
        json.dumps({"Version": 1, "ApiKey": API, "ApplicationKey": APP, "Expiration": "2099-01-01T00:00:00Z"}),
        json.dumps({"DD_API_KEY": API, "DD_APP_KEY": f"{APP}\n", "other": 1}),
        f"\n{BOTH}\n",
    ],
)
def test_a_program_prints_both_keys(tmp_path: Path, program: Callable[[str], list[str]], printed: str) -> None:
    found = fetched(tmp_path, credential_command=program(f"print({printed!r})"))
    assert (found.api_key, found.app_key) == (API, APP)
    assert API not in repr(found)


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        (API, "is not JSON"),
        ("", "is not JSON"),
        (json.dumps([API, APP]), "no object"),
        (json.dumps({"api_key": API}), "has no app_key"),
        (json.dumps({"api_key": API, "app_key": ""}), "empty"),
        (json.dumps({"api_key": API, "app_key": {"value": APP}}), "no text"),
        (json.dumps({"Version": 2, "api_key": API, "app_key": APP}), "version"),
        (json.dumps({"api_key": API, "app_key": APP, "Expiration": "2001-01-01T00:00:00Z"}), "expired"),
        (json.dumps({"api_key": API, "app_key": APP, "Expiration": "soon"}), "no time"),
        ("x" * (LARGEST + 1), "longer than"),
    ],
)
def test_what_a_program_prints_wrongly_is_told_and_not_shown(
    tmp_path: Path, program: Callable[[str], list[str]], printed: str, says: str
) -> None:
    (tmp_path / "printed").write_text(printed)
    error = refused(tmp_path, credential_command=program("sys.stdout.write(open('printed').read())"))
    assert says in error.message
    assert "credential_command" in error.message


def test_bytes_that_are_no_text_are_told(tmp_path: Path, program: Callable[[str], list[str]]) -> None:
    error = refused(tmp_path, credential_command=program("sys.stdout.buffer.write(b'\\xff\\xfe\\x00')"))
    assert "UTF-8" in error.message


def test_a_failing_program_is_named_and_its_words_kept_from_everybody(
    tmp_path: Path, program: Callable[[str], list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    error = refused(tmp_path, credential_command=program(f"sys.stderr.write({API!r}); print({APP!r}); sys.exit(3)"))
    assert "ended with status 3" in error.message
    shown = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "")


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path, credential_command=["no-such-program-anywhere", API]).message


def test_a_program_that_does_not_end_is_ended_with_all_it_started(
    tmp_path: Path, program: Callable[[str], list[str]]
) -> None:
    child = "import subprocess; child = subprocess.Popen(['sleep', '60'])"
    code = f"{child}; open('pid', 'w').write(str(child.pid)); child.wait()"
    error = refused(tmp_path, credential_command=program(code), timeout_seconds=1.5)
    assert "did not end within 1.5 s" in error.message
    pid = int((tmp_path / "pid").read_text())
    ends = time.monotonic() + 10
    while runs(pid) and time.monotonic() < ends:  # a signal sent is not yet a process ended
        time.sleep(0.02)
    assert not runs(pid)


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended; one that nobody asked about since stays as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_shell_reads_the_words(tmp_path: Path, program: Callable[[str], list[str]]) -> None:
    words = [*program(f"assert sys.argv[1:] == ['$(touch pwned)', ';touch pwned', '$HOME']; print({BOTH!r})")]
    fetched(tmp_path, credential_command=[*words, "$(touch pwned)", ";touch pwned", "$HOME"])
    assert not (tmp_path / "pwned").exists()


def test_a_program_runs_in_the_project_and_has_nothing_to_read(
    tmp_path: Path, program: Callable[[str], list[str]]
) -> None:
    code = f"assert sys.stdin.read() == '' and os.path.exists('program.py'); print({BOTH!r})"
    assert fetched(tmp_path, credential_command=program(code)).api_key == API


# Files


def test_one_file_holds_both(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(BOTH)
    assert fetched(tmp_path, files="keys.json").app_key == APP


def test_a_file_each(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"{API}\n")
    (tmp_path / "b").write_text(APP)
    found = fetched(tmp_path, files={"api_key": "a", "app_key": str(tmp_path / "b")})
    assert (found.api_key, found.app_key) == (API, APP)


@pytest.mark.parametrize("names", [("api-key", "app-key"), ("api_key", "app_key"), ("DD_API_KEY", "DD_APP_KEY")])
def test_a_folder_as_kubernetes_mounts_it(tmp_path: Path, names: tuple[str, str]) -> None:
    """Each file is a link into a folder that is swapped whole when the secret changes."""
    data = tmp_path / "mount" / "..2026_01_01"
    data.mkdir(parents=True)
    (tmp_path / "mount" / "..data").symlink_to(data.name)
    for name, key in zip(names, (API, APP), strict=True):
        (data / name).write_text(key)
        (tmp_path / "mount" / name).symlink_to(f"..data/{name}")
    found = fetched(tmp_path, files="mount")
    assert (found.api_key, found.app_key) == (API, APP)


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no file"), (b"{", "is not JSON"), (b"\xff\xff", "UTF-8"), (b"x" * (LARGEST + 1), "longer than")],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / "keys.json").write_bytes(content)
    error = refused(tmp_path, files="keys.json")
    assert says in error.message
    assert str(tmp_path / "keys.json") in error.message


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(" \n")
    (tmp_path / "b").write_text(APP)
    assert f"{tmp_path / 'a'} is empty" in refused(tmp_path, files={"api_key": "a", "app_key": "b"}).message


def test_a_folder_without_a_key_says_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "mount").mkdir()
    (tmp_path / "mount" / "api-key").write_text(API)
    error = refused(tmp_path, files="mount")
    assert "has no file app_key" in error.message
    assert "api-key" in error.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(BOTH)
    (tmp_path / "keys.json").chmod(0)
    assert "Permission denied" in refused(tmp_path, files="keys.json").message


def test_a_folder_where_a_file_belongs_is_told(tmp_path: Path) -> None:
    assert "Is a directory" in refused(tmp_path, files={"api_key": ".", "app_key": "."}).message
