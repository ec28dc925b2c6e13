"""The rows of a version in chunks, as they are published."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from types import TracebackType
from typing import NoReturn

from kernel.published.chunks import RAW_BYTES_MAX, Chunk, digest_of, pack, rows_in, unpack
from kernel.published.errors import Malformed
from kernel.published.items import RowsManifest
from kernel.published.page import Page
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

    def add(self, page: Page) -> None:
        """Adds rows. Raises Malformed if one is not behind the last one, or has no place in a line."""
        lines = page.lines()
        self._follow(page.kind, page.keys)
        for line in lines:
            if self._line_bytes + len(line) > RAW_BYTES_MAX:
                self._pack()
            self._lines.append(line)
            self._line_bytes += len(line)
            self.raw_bytes += len(line)

    def add_chunk(self, chunk: Chunk) -> None:
        """Adds the rows of a chunk, all of one kind, which stays as it is."""
        self._pack()
        lines = unpack(chunk)
        self.raw_bytes += len(lines)
        rows = list(rows_in(lines))
        self._follow(rows[0].kind, [row.key for row in rows])
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

    def _follow(self, kind: str, keys: list[str]) -> None:
        """Requires that the rows of these keys come behind the last one, and counts them."""
        if (kind, keys[0]) <= self._last:
            _refuse(kind, keys[0], is_again=(kind, keys[0]) == self._last)
        for before, key in pairwise(keys):
            if key <= before:
                _refuse(kind, key, is_again=key == before)
        if kind != self._last[0]:
            self._pack()
        self._last = (kind, keys[-1])
        self.counts[kind] += len(keys)

    def _pack(self) -> None:
        if self._lines:
            lines, self._lines, self._line_bytes = self._lines, [], 0
            for chunk in pack(lines):
                self._file.append(chunk)


def _refuse(kind: str, key: str, *, is_again: bool) -> NoReturn:
    reason = "there are two rows with this key" if is_again else "it is out of order"
    raise Malformed(f"{kind} {key!r}: {reason}")
