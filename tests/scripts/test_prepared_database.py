"""The database that many stacks of a test run copy."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lockfill import prepared_database


def test_a_copy_has_also_what_is_not_in_the_file_itself_yet(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "source.sqlite3")) as source:
        source.execute("PRAGMA journal_mode=WAL")
        source.execute("CREATE TABLE rows (name TEXT)")
        source.execute("INSERT INTO rows VALUES ('in the log')")
        source.commit()
        assert (tmp_path / "source.sqlite3-wal").stat().st_size > 0
        prepared_database.copy(tmp_path / "source.sqlite3", tmp_path / "copy.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copied:
        assert copied.execute("SELECT name FROM rows").fetchall() == [("in the log",)]


def test_the_database_of_the_run_is_taken_where_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(prepared_database.VARIABLE, str(tmp_path / "of-the-run.sqlite3"))
    assert prepared_database.of_run(tmp_path / "unused") == tmp_path / "of-the-run.sqlite3"
    assert not (tmp_path / "unused").exists()
