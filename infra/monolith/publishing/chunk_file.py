"""Chunks of rows in a file: memory does not grow with the catalog."""

import tempfile
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import NamedTuple, TypeVar

from kernel.published.chunks import Chunk

Self = TypeVar("Self", bound="ChunkFile")


class _Place(NamedTuple):
    """Where a chunk is in the file."""

    start: int
    length: int
    sha256: bytes


class ChunkFile:
    """Chunks in an unnamed file, which the system removes when the process ends."""

    def __init__(self, chunks: Iterable[Chunk] = ()) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the context manager that this class is)
        self._places: list[_Place] = []
        self._end = 0
        try:
            for chunk in chunks:
                self.append(chunk)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, chunk: Chunk) -> None:
        self._file.seek(self._end)
        self._file.write(chunk.data)
        self._places.append(_Place(self._end, len(chunk.data), chunk.sha256))
        self._end += len(chunk.data)

    def chunks(self) -> Iterator[Chunk]:
        """The chunks in their order, one in memory at a time."""
        for start, length, sha256 in self._places:
            self._file.seek(start)
            yield Chunk(self._file.read(length), sha256)

    def digests(self) -> list[bytes]:
        return [place.sha256 for place in self._places]
