"""Chunks of rows: what the table holds instead of an item for each row.

A chunk is a Zstandard frame of lines `KIND<TAB>KEY<TAB>JSON<LF>` in UTF-8. The lines of a version
are in the order of kind and key; none is split over two chunks. `functions/shared/dao-dynamodb`
reads and writes the same.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import zstandard

from kernel.published.errors import Malformed
from kernel.published.row import Row

# Of the lines of a chunk. Large enough to compress well, small enough to hold a few at once.
RAW_BYTES_MAX = 1_000_000
# DynamoDB takes 400 KB in an item, names and keys included.
COMPRESSED_BYTES_MAX = 350_000
# A reader takes a little more than the writer makes, so that the writer may change.
_READ_BYTES_MAX = 2 * 1024 * 1024
_LEVEL = 3


class Chunk(NamedTuple):
    """A Zstandard frame, and the SHA-256 of its bytes."""

    data: bytes
    sha256: bytes

    @classmethod
    def of(cls, data: bytes) -> "Chunk":
        return cls(data, hashlib.sha256(data).digest())


def digest_of(digests: Iterable[bytes]) -> str:
    """The digest of a version: the SHA-256 over those of its chunks, in hexadecimal digits."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.hexdigest()


def line_of(row: Row) -> bytes:
    """A row as a line. Raises Malformed if a key or a text has no place in a line."""
    line = f"{row.kind}\t{row.key}\t{row.json}\n"
    try:
        if line.count("\n") == 1 and "\t" not in row.key:
            return line.encode()
    except UnicodeEncodeError:
        pass
    raise unpublishable(row.kind, row.key)


def unpublishable(kind: str, key: str) -> Malformed:
    """The error of a row that has half a surrogate pair, which UTF-8 cannot write, or a line feed."""
    return Malformed(f"{kind} {key!r}: the key or a text has a character that cannot be published")


def pack(lines: list[bytes]) -> list[Chunk]:
    """Lines in one chunk; in more where they are too large for one. Raises Malformed if a single
    line is.
    """
    raw = b"".join(lines)
    if len(raw) <= RAW_BYTES_MAX:
        # One for each call: threads must not share one.
        chunk = Chunk.of(zstandard.ZstdCompressor(level=_LEVEL).compress(raw))
        if len(chunk.data) <= COMPRESSED_BYTES_MAX:
            return [chunk]
    if len(lines) == 1:
        kind, key, _ = raw.decode().split("\t", 2)
        raise Malformed(f"{kind} {key!r}: the row is too large to be published ({len(raw):,} bytes)")
    half = len(lines) // 2
    return pack(lines[:half]) + pack(lines[half:])


def unpack(chunk: Chunk) -> bytes:
    """The lines of a chunk. Raises Malformed if it is no frame, or one of more bytes than a writer
    makes.
    """
    try:
        size = zstandard.get_frame_parameters(chunk.data).content_size
        if size > _READ_BYTES_MAX and size != zstandard.CONTENTSIZE_UNKNOWN:
            raise Malformed("DynamoDB: a chunk of rows is too large")
        # One for each call, because threads read catalogs at the same time and must not share one.
        decompressor = zstandard.ZstdDecompressor()
        return decompressor.decompress(chunk.data, max_output_size=_READ_BYTES_MAX)
    except zstandard.ZstdError:
        raise Malformed("DynamoDB: a chunk of rows cannot be decompressed") from None


def rows_of(chunk: Chunk) -> Iterator[Row]:
    """The rows of a chunk. Raises Malformed if it holds something else."""
    return map(row_of, lines_of(chunk))


def rows_in(lines: bytes) -> Iterator[Row]:
    """The rows of a chunk's lines. Raises Malformed if these are something else."""
    return map(row_of, _lines_in(lines))


def lines_of(chunk: Chunk) -> list[str]:
    """The lines of a chunk, at least one, without their ends. Raises Malformed if it holds something
    else.
    """
    return _lines_in(unpack(chunk))


def row_of(line: str) -> Row:
    """The row of a line. Raises Malformed if it is something else."""
    parts = line.split("\t", 2)
    if len(parts) < 3:
        raise _something_else()
    return Row(*parts)


def _lines_in(lines: bytes) -> list[str]:
    try:
        text = lines.decode()
    except UnicodeDecodeError:
        raise _something_else() from None
    if not text.endswith("\n"):
        raise _something_else()
    # Not `splitlines`, which splits at other characters, too.
    return text[:-1].split("\n")


def _something_else() -> Malformed:
    return Malformed("DynamoDB: a chunk of rows holds something else")
