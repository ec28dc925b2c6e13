"""What the scripts' programs write is for the owner of the files alone."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockfill import private
from lockfill.local_secrets import write_private
from lockfill.processes import clean_environment, run


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """As most machines have it: new files are open to every user of the machine."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_program_leaves_no_log_and_no_file_that_others_can_read(tmp_path: Path) -> None:
    made, log = tmp_path / "database", tmp_path / "logs" / "program.log"
    command = [sys.executable, "-c", f"open({str(made)!r}, 'w').close(); print('written')"]
    assert run("program", command, log, clean_environment()) == "written\n"
    assert [mode(made), mode(log), mode(log.parent)] == [0o600, 0o600, 0o700]


def test_what_an_earlier_run_left_open_is_closed(tmp_path: Path) -> None:
    log, folder = tmp_path / "old.log", tmp_path / "old"
    log.write_text("old")
    folder.mkdir()
    assert [mode(log), mode(folder)] == [0o644, 0o755]
    run("program", [sys.executable, "-c", ""], log, clean_environment())
    private.made(folder)
    assert [mode(log), mode(folder)] == [0o600, 0o700]
    write_private(log, "secret")
    assert (mode(log), log.read_text()) == (0o600, "secret")
