"""The base of tests whose calls write to the database at the same time."""

import contextlib
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase


class ConcurrencyTestCase(TransactionTestCase):
    """Runs on a database that several connections can write to.

    Django's tests keep a SQLite database in memory, where a second writer gets an error instead of
    waiting. These tests therefore copy it to a file, as the server has one.
    """

    def setUp(self):
        super().setUp()
        if connection.vendor == "sqlite":
            self._move_to_file()

    def at_once(self, calls: Sequence[Callable[[], object]]) -> list[Any]:
        """Makes each call in its own thread, all at the same time.

        Returns what each call returned or, for a call that failed, the exception.
        """
        together = threading.Barrier(len(calls))

        def make(call: Callable[[], object]) -> object:
            try:
                # Every thread connects before the start, so that no call has a head start.
                connection.ensure_connection()
                together.wait(timeout=30)
                return call()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(make, calls))

    def _move_to_file(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name) / "monolith.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(file)])
        # Each connection asks for this journal. SQLite waits for no other connection while it changes it.
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA journal_mode=WAL")
        for each in connections.all():
            self._point_at(file, each)

    def _point_at(self, file: Path, alias: BaseDatabaseWrapper) -> None:
        """Points an alias at the file until the test ends.

        The connections of all threads share the settings of an alias.
        """
        memory, name = alias.connection, alias.settings_dict["NAME"]
        alias.connection, alias.settings_dict["NAME"] = None, str(file)

        def move_back() -> None:
            alias.close()
            alias.connection, alias.settings_dict["NAME"] = memory, name

        self.addCleanup(move_back)
