"""Two versions, gone through side by side in the order of their rows' kinds and keys."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from kernel.published.chunks import Chunk, lines_of, row_of
from kernel.published.row import Row

# A row as the older and as the newer side has it; None on a side that lacks it.
Pair = tuple[Row | None, Row | None]


class Run(NamedTuple):
    """Rows of one kind, one behind the other, that one side alone has. Most of a comparison needs to
    know how many there are, and not what they say.
    """

    is_added: bool
    kind: str
    lines: list[str]

    def rows(self) -> Iterator[Row]:
        return map(row_of, self.lines)

    def pairs(self) -> Iterator[Pair]:
        return ((None, row) if self.is_added else (row, None) for row in self.rows())


def side_by_side(old: Iterable[Chunk], new: Iterable[Chunk]) -> Iterator[Run | tuple[Row, Row]]:
    """The rows that one side lacks, and those whose texts differ. Telling whether they say the same
    takes most of the time of a comparison.
    """
    before, after = _Side(old), _Side(new)
    while True:
        # Chunks of equal bytes have equal rows, which need not be looked at.
        while before.digest and before.digest == after.digest:
            before.skip_chunk()
            after.skip_chunk()
        left, right = before.row, after.row
        if left is None and right is None:
            return
        if right is None or left is not None and left[:2] < right[:2]:
            yield from _runs(before.take_before(right), is_added=False)
        elif left is None or right[:2] < left[:2]:
            yield from _runs(after.take_before(left), is_added=True)
        else:
            if left.json != right.json:
                yield left, right
            before.advance()
            after.advance()


def _runs(lines: list[str], *, is_added: bool) -> Iterator[Run]:
    kind = _kind_of(lines[0])
    if _kind_of(lines[-1]) == kind:
        yield Run(is_added, kind, lines)
        return
    for kind, of_kind in groupby(lines, key=_kind_of):
        yield Run(is_added, kind, list(of_kind))


def _kind_of(line: str) -> str:
    return line.partition("\t")[0]


class _Side:
    """The rows of chunks, one after the other. A chunk is opened when its first row is asked for."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._chunks = iter(chunks)
        self._chunk: Chunk | None = next(self._chunks, None)
        # Those of the open chunk, the place of the present one, and its row once it was asked for.
        self._lines: list[str] = []
        self._at = 0
        self._row: Row | None = None

    @property
    def digest(self) -> bytes | None:
        """The digest of the chunk that begins here; None within a chunk and at the end."""
        return self._chunk.sha256 if self._chunk is not None and not self._lines else None

    @property
    def row(self) -> Row | None:
        """The present row; None at the end."""
        if self._row is None and self._chunk is not None:
            if not self._lines:
                self._lines = lines_of(self._chunk)
            self._row = row_of(self._lines[self._at])
        return self._row

    def take_before(self, other: Row | None) -> list[str]:
        """Passes the lines of this chunk that come before a row of the other side, of which the present
        one is the first, or all that are left where the other side is at its end.
        """
        lines, begin, end = self._lines, self._at, len(self._lines)
        if other is not None and row_of(lines[-1])[:2] >= other[:2]:
            end = begin + 1
            while row_of(lines[end])[:2] < other[:2]:
                end += 1
        self._go_to(end)
        return lines[begin:end]

    def advance(self) -> None:
        """Goes to the next row, or to where the next chunk begins."""
        self._go_to(self._at + 1)

    def skip_chunk(self) -> None:
        self._chunk, self._lines, self._at, self._row = next(self._chunks, None), [], 0, None

    def _go_to(self, place: int) -> None:
        self._at, self._row = place, None
        if place == len(self._lines):
            self.skip_chunk()
