"""Which rows the served version has, kept beside the edited rows for the states that lists show.

After a publication the differences of two versions are applied, which costs what has changed. Where
the version before is not the one that is noted, all rows are noted anew.
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import DatabaseError, connection, transaction

from adops.models import ServedRow, ServedVersion
from kernel.published.chunks import Chunk, rows_of
from kernel.published.errors import Malformed
from kernel.published.row import Row
from publishing.dynamodb.store import CatalogStore
from publishing.side_by_side import Pair

# The kinds of rows that have a state.
_KINDS = ("campaign", "content", "line_item")
# The rows of one statement. SQLite takes at most about a thousand values in one, depending on its build.
_BATCH_ROWS = 400

_logger = logging.getLogger("django.publishing")


def note_served(changes: Iterator[Pair], rows: Iterable[Chunk], compared: int, version: int) -> None:
    """Notes the rows of a version that is served now: what it changes of the version that it was
    compared with, if that is noted, or else all of its rows. The version is served, whatever
    becomes of the note.
    """
    try:
        with transaction.atomic():
            noted = ServedVersion.objects.select_for_update().first()
            if noted is not None and noted.version == compared:
                _apply(changes)
            else:
                _note_all(rows)
            ServedVersion.objects.update_or_create(pk=1, defaults={"version": version})
    except DatabaseError as error:
        _logger.error("the rows of version %s are not noted: %s", version, error)


def note_unknown(store: CatalogStore) -> None:
    """Notes the served version where nothing is known of it: after an update of this program, and
    on a table in which nothing was published yet.
    """
    if ServedVersion.objects.exists():
        return
    last = store.last_published()
    version = last.version if last else 0
    try:
        note_served(iter(()), store.chunks(version) if last else (), -1, version)
    except Malformed as error:
        _logger.warning("the rows of version %s are not noted: %s", version, error)


def _note_all(chunks: Iterable[Chunk]) -> None:
    ServedRow.objects.all().delete()
    _add(row for chunk in chunks for row in rows_of(chunk) if row.kind in _KINDS)


def _apply(changes: Iterator[Pair]) -> None:
    moved = ((before, after) for before, after in changes if before is None or after is None)
    while batch := list(islice(moved, _BATCH_ROWS)):
        for kind in _KINDS:
            gone = [row.key for row, after in batch if row and after is None and row.kind == kind]
            ServedRow.objects.filter(kind=kind, key__in=gone).delete()
        _add(row for before, row in batch if row and before is None and row.kind in _KINDS)


def _add(rows: Iterator[Row]) -> None:
    """Inserts rows without an object of Django's for each, which takes most of the time."""
    quote = connection.ops.quote_name
    into = f"{quote(ServedRow._meta.db_table)} ({quote('kind')}, {quote('key')})"
    with connection.cursor() as cursor:
        while batch := [(row.kind, row.key) for row in islice(rows, _BATCH_ROWS)]:
            # The names are the model's own.
            cursor.executemany(f"INSERT INTO {into} VALUES (%s, %s)", batch)  # noqa: S608
