"""The rows of a version in chunks, as they are published."""

from collections import Counter
from collections.abc import Iterator
from types import TracebackType

from kernel.published.chunks import RAW_BYTES_MAX, Chunk, digest_of, line_of, pack, rows_in, unpack
from kernel.published.errors import Malformed
from kernel.published.items import RowsManifest
from kernel.published.row import Row
from publishing.chunk_file import ChunkFile


class PackedRows:
    """Rows that come in the order of their kinds and keys, and the chunks that they make.

    A chunk has rows of one kind, so that an edit of one kind leaves the chunks of others as they
    are.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        # Of all lines so far.
        self.raw_bytes = 0
        self._file = ChunkFile()
        self._lines: list[bytes] = []
        self._line_bytes = 0
        self._last = ("", "")

    def __enter__(self) -> "PackedRows":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.__exit__(kind, error, traceback)

    def __len__(self) -> int:
        return self.counts.total()

    def add(self, row: Row) -> None:
        """Adds a row. Raises Malformed if it is not behind the last one, or has no place in a line."""
        line = line_of(row)
        self._follow(row)
        if self._line_bytes + len(line) > RAW_BYTES_MAX:
            self._pack()
        self._lines.append(line)
        self._line_bytes += len(line)
        self.raw_bytes += len(line)
        self.counts[row.kind] += 1

    def add_chunk(self, chunk: Chunk) -> None:
        """Adds the rows of a chunk, which stays as it is."""
        self._pack()
        lines = unpack(chunk)
        self.raw_bytes += len(lines)
        for row in rows_in(lines):
            self._follow(row)
            self.counts[row.kind] += 1
        self._file.append(chunk)

    def manifest(self) -> RowsManifest:
        """What the rows so far are made of."""
        self._pack()
        digests = self._file.digests()
        return RowsManifest(digest_of(digests), len(digests), dict(self.counts), self.raw_bytes)

    def chunks(self) -> Iterator[Chunk]:
        """The chunks of the rows so far, one in memory at a time."""
        self._pack()
        return self._file.chunks()

    def _follow(self, row: Row) -> None:
        place = (row.kind, row.key)
        if place <= self._last:
            reason = "there are two rows with this key" if place == self._last else "it is out of order"
            raise Malformed(f"{row.kind} {row.key!r}: {reason}")
        if row.kind != self._last[0]:
            self._pack()
        self._last = place

    def _pack(self) -> None:
        if self._lines:
            lines, self._lines, self._line_bytes = self._lines, [], 0
            for chunk in pack(lines):
                self._file.append(chunk)
