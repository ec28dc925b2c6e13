"""The rows of a new version: those of the edited catalog, or of an older version."""

import json
from collections.abc import Iterable

from kernel.published.chunks import Chunk, rows_in, unpack
from kernel.published.reader import CATALOG_BYTES_MAX
from kernel.published.row import Row
from publishing.checks import has_servable_addresses
from publishing.chunk_file import ChunkFile
from publishing.packed_rows import PackedRows
from publishing.problems import RowProblem, UnservableCatalog


def pack_rows(packed: PackedRows, rows: Iterable[Row], served: ChunkFile) -> None:
    """Packs the rows of the edited catalog."""
    for row in rows:
        packed.add(row)
        require_size(packed)


def pack_older(packed: PackedRows, chunks: Iterable[Chunk], served: ChunkFile) -> None:
    """Packs the rows of an older version. A chunk that keeps all of its rows stays as it is.

    What serving would withhold because of its address is left out: a rollback must not fail because
    of a rule that is younger than its version.
    """
    for chunk in chunks:
        rows = list(rows_in(unpack(chunk)))
        kept = [row for row in rows if has_servable_addresses(row)]
        if len(kept) == len(rows):
            packed.add_chunk(chunk)
        else:
            for row in kept:
                packed.add(row)
        require_size(packed)


def require_size(packed: PackedRows) -> None:
    if packed.raw_bytes > CATALOG_BYTES_MAX:
        text = (
            f"more than {CATALOG_BYTES_MAX:,} bytes of rows, which is what can be served:"
            " archive what is not needed any more"
        )
        raise UnservableCatalog([RowProblem("catalog", "", text)])
