"""A database of Django's that is prepared once and copied by many stacks. A stack's own takes seconds."""

import functools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from . import LOCAL, monolith, private
from .processes import clean_environment

# Names the database to programs that run tests.
VARIABLE = "LOCKFILL_TEST_DATABASE"


def prepare(folder: Path) -> Path:
    """Prepares a database as a stack does: all migrations, the admin, and the demonstration's catalog.

    Nothing of it is published. Returns its file.
    """
    private.made(folder)
    env = monolith.environment(folder, clean_environment())
    monolith.prepare(monolith.python(), env, folder / "logs", monolith.DEMO_CATALOG)
    return monolith.database(folder)


def copy(source: Path, target: Path) -> None:
    """Copies a database, also what a process that has ended badly left in the log beside it."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


@contextmanager
def prepared() -> Iterator[dict[str, str]]:
    """The variable of tests with a database that is there while the block runs."""
    private.made(LOCAL / "test")
    with tempfile.TemporaryDirectory(prefix="database-", dir=LOCAL / "test") as folder:
        yield {VARIABLE: str(prepare(Path(folder)))}


@functools.cache
def of_run(folder: Path) -> Path:
    """The database that the run's variable names, else one of this process in a folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else prepare(folder)
