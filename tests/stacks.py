"""Stacks for tests: each in a folder of its own, which is removed with it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lockfill import prepared_database
from lockfill.stack import Stack
from private_texts import leaks


def module_stack(kind: type[Stack] = Stack, **settings: Any) -> Any:
    """A fixture `stack` for the tests of one file, which break or publish something.

    It has the settings of `Stack`, may be a kind of it with fewer programs, and takes the place of the
    session's. Its database is a copy of the run's, unless it is told otherwise.
    """

    @pytest.fixture(scope="module")
    def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
        with running_stack(tmp_path_factory.mktemp("stack"), kind, **settings) as stack:
            yield stack

    return stack


@contextmanager
def running_stack(folder: Path, kind: type[Stack] = Stack, **settings: Any) -> Iterator[Stack]:
    """Runs a stack while the block runs. Fails afterwards if a log holds what no log may hold."""
    if kind is Stack and "prepared_database" not in settings:
        settings["prepared_database"] = prepared_database.of_run(folder.parent / "prepared-database")
    stack = kind(folder, quiet=True, **settings)
    try:
        stack.start()
        yield stack
        stack.stop()
        # After all tests of the stack, and after the last lines of its programs.
        found = leaks(stack)
        assert not found, found[:20]
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
