"""Several things at once, on a database that several connections can really write to."""

import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

T = TypeVar("T")


class ConcurrencyTestCase(TransactionTestCase):
    """On SQLite, tests have a database in memory, in which threads get errors and not their turn.
    So these have a file, as the server has, that begins as a copy of it.
    """

    def setUp(self):
        super().setUp()
        if connection.vendor == "sqlite":
            self._move_to_file()

    def at_once(self, calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
        """Makes the calls in a thread each, all at the same time; what each gave or raised."""
        together = threading.Barrier(len(calls))

        def make(call: Callable[[], T]) -> T | Exception:
            try:
                # Connected before the start, so that nobody has a head start.
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
        for each in connections.all():
            self._point_at(file, each)

    def _point_at(self, file: Path, alias: BaseDatabaseWrapper) -> None:
        """Until the test ends. All threads' connections of an alias share its settings."""
        memory, name = alias.connection, alias.settings_dict["NAME"]
        alias.connection, alias.settings_dict["NAME"] = None, str(file)

        def move_back() -> None:
            alias.close()
            alias.connection, alias.settings_dict["NAME"] = memory, name

        self.addCleanup(move_back)
