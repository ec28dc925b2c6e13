"""Holds a whole catalog on disk during a publication, because it may be too large for memory."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from types import TracebackType

from kernel.published.row import Row

# SQLite writes to the file what exceeds this.
_CACHE_KILOBYTES = 8 * 1024


class DuplicateRow(ValueError):
    """Two rows of one kind have the same key."""


class Spool:
    """Rows that are added in any order and read in the order of their sort keys.

    The file has no name, so that the system removes it when the process ends.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
        self._database.execute(
            "CREATE TABLE row (sort_key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()

    def __len__(self) -> int:
        return self.counts.total()

    def add(self, row: Row) -> None:
        try:
            self._database.execute("INSERT INTO row VALUES (?, ?)", (row.sort_key, row.json))
        except sqlite3.IntegrityError:
            raise DuplicateRow(f"{row.kind} {row.key!r}: there are two rows with this key") from None
        self.counts[row.kind] += 1

    def rows(self) -> Iterator[Row]:
        """All rows, in the order in which DynamoDB returns them, too."""
        for sort_key, json in self._database.execute("SELECT * FROM row ORDER BY sort_key"):
            kind, _, key = sort_key.partition("#")
            yield Row(kind, key, json)

    def rows_of(self, kind: str) -> Iterator[Row]:
        # "$" is the character after "#".
        query = "SELECT * FROM row WHERE sort_key > ? AND sort_key < ? ORDER BY sort_key"
        for sort_key, json in self._database.execute(query, (f"{kind}#", f"{kind}$")):
            yield Row(kind, sort_key[len(kind) + 1 :], json)
