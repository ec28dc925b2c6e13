"""The rows of a new version: those of the edited catalog, or of an older version."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice

from django.utils import timezone

from kernel.published.chunks import Chunk, rows_of
from kernel.published.errors import Malformed
from kernel.published.items import PublishRecord
from kernel.published.page import Page, pages_of
from kernel.published.reader import CATALOG_BYTES_MAX
from publishing.checks import has_servable_addresses, problems_of_addresses
from publishing.chunk_file import ChunkFile
from publishing.dynamodb.store import CatalogStore
from publishing.packed_rows import PackedRows
from publishing.problems import PROBLEMS_MAX, RowProblem, UnservableCatalog
from publishing.services.retention import VERSIONS_KEPT
from publishing.services.tombstones import TOMBSTONE, blocked_ids, tombstones
from publishing.typed_digest import TypedDigest

# Gives all rows of the edited catalog as of one moment, in the order of their kinds and keys.
ReadCatalog = Callable[[TypedDigest], Generator[Page, None, None]]

_logger = logging.getLogger("django.publishing")


def read_served(
    store: CatalogStore,
    last: PublishRecord | None,
    watched: Callable[[Iterator[Chunk]], Iterator[Chunk]] = iter,
) -> tuple[ChunkFile, int]:
    """The rows of the served version, and its number.

    Where they are damaged, those of the newest older version that can be read: the tombstones of a new
    version are made from them, and the links to all that was withdrawn would be dead without. If none
    can be read, there are no rows, and the number is 0: publishing anew mends that.
    """
    newest = last.version if last else 0
    for version in range(newest, max(newest - VERSIONS_KEPT, 0), -1):
        try:
            return ChunkFile(watched(store.chunks(version))), version
        except Malformed as error:
            _logger.warning("The new version cannot be compared with version %s: %s", version, error)
    return ChunkFile(), 0


def pack_rows(packed: PackedRows, pages: Iterable[Page], served: ChunkFile) -> list[RowProblem]:
    """Packs the rows of the edited catalog.

    Returns which addresses are wrong, as many as are named: the compiler withholds such rows from
    serving, and a publication refuses them.
    """
    target = _Target(packed, served)
    problems: list[RowProblem] = []
    for page in pages:
        problems += islice(problems_of_addresses(page), PROBLEMS_MAX - len(problems))
        target.add(page)
    target.end()
    return problems


def pack_older(packed: PackedRows, chunks: Iterable[Chunk], served: ChunkFile) -> None:
    """Packs the rows of an older version. A chunk that keeps all of its rows stays as it is.

    What is blocked is left out. So is what serving would withhold because of its address: a
    rollback must not fail because of a rule that is younger than its version.
    """
    target, blocked = _Target(packed, served), blocked_ids()
    for chunk in chunks:
        rows = list(rows_of(chunk))
        kept = [
            row
            for row in rows
            if row.kind != TOMBSTONE and row.key not in blocked and has_servable_addresses(row)
        ]
        if len(kept) == len(rows) and rows[0].kind == rows[-1].kind:
            target.add_chunk(rows[0].kind, chunk)
        else:
            for page in pages_of(kept):
                target.add(page)
    target.end()


class _Target:
    """Rows that are packed in their order, with the tombstones where they belong."""

    def __init__(self, packed: PackedRows, served: ChunkFile) -> None:
        self._packed = packed
        self._served = served
        self._has_tombstones = False

    def add(self, page: Page) -> None:
        self._go_to(page.kind)
        self._packed.add(page)
        self._require_size()

    def add_chunk(self, kind: str, chunk: Chunk) -> None:
        """Adds the rows of a chunk, which are all of one kind."""
        self._go_to(kind)
        self._packed.add_chunk(chunk)
        self._require_size()

    def end(self) -> None:
        if not self._has_tombstones:
            self._add_tombstones()

    def _go_to(self, kind: str) -> None:
        # Creatives and contents come before the tombstones, which need all of them.
        if kind > TOMBSTONE and not self._has_tombstones:
            self._add_tombstones()

    def _add_tombstones(self) -> None:
        self._has_tombstones = True
        for page in pages_of(tombstones(self._served, self._packed, timezone.now())):
            self._packed.add(page)
            self._require_size()

    def _require_size(self) -> None:
        if self._packed.raw_bytes > CATALOG_BYTES_MAX:
            text = (
                f"more than {CATALOG_BYTES_MAX:,} bytes of rows, which is what can be served:"
                " archive what is not needed any more"
            )
            raise UnservableCatalog([RowProblem("catalog", "", text)])
