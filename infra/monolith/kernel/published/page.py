"""Many rows at once: what is done to each row costs most of the time of a publication."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple

from kernel.published.chunks import line_of, unpublishable
from kernel.published.row import Row

# Few enough that memory does not grow with the catalog.
PAGE_ROWS = 2_000


class Page(NamedTuple):
    """Some rows of one kind, at least one, in the order of their keys."""

    kind: str
    keys: list[str]
    # The JSON objects of the rows, in UTF-8.
    documents: list[bytes]

    def rows(self) -> Iterator[Row]:
        for key, document in zip(self.keys, self.documents, strict=True):
            yield Row(self.kind, key, document.decode())

    def lines(self) -> list[bytes]:
        """The rows as lines of a chunk. Raises Malformed if a key or a text has no place in a line."""
        kind, rows = self.kind.encode(), zip(self.keys, self.documents, strict=True)
        try:
            lines = [b"%b\t%b\t%b\n" % (kind, key.encode(), document) for key, document in rows]
            if "\t" not in "".join(self.keys) and b"".join(lines).count(b"\n") == len(lines):
                return lines
        except UnicodeEncodeError:
            pass
        # Raises at the row that has no place.
        return [line_of(row) for row in self.rows()]


def pages_of(rows: Iterable[Row]) -> Iterator[Page]:
    """Rows that are in their order, in pages. Raises Malformed if a text cannot be written."""
    for kind, of_kind in groupby(rows, key=attrgetter("kind")):
        while some := list(islice(of_kind, PAGE_ROWS)):
            yield Page(kind, [row.key for row in some], [_document(row) for row in some])


def _document(row: Row) -> bytes:
    try:
        return row.json.encode()
    except UnicodeEncodeError:
        raise unpublishable(row.kind, row.key) from None
