"""What a publication changes: the rows of two versions, compared chunk by chunk."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kernel.published.chunks import Chunk, rows_of
from kernel.published.row import Row

# Enough ids for an operator to recognize an edit; the counts are exact.
IDS_MAX = 20
_BESIDE = ("currency", "budget_currency")


@dataclass
class KindChanges:
    """How many rows of a kind were added, changed and removed, and the first ids of each."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    added_ids: list[str] = field(default_factory=list)
    changed_ids: list[str] = field(default_factory=list)
    removed_ids: list[str] = field(default_factory=list)
    # The rows of these ids, as `described` has them.
    rows: list[dict[str, Any]] = field(default_factory=list)

    def count(self, what: str, key: str, before: Row | None, after: Row | None) -> None:
        setattr(self, what, getattr(self, what) + 1)
        ids: list[str] = getattr(self, f"{what}_ids")
        if len(ids) < IDS_MAX:
            ids.append(key)
            self.rows.append({"id": key, "what": what, **described(before, after)})


def compare(
    old: Iterable[Chunk], new: Iterable[Chunk], look: Callable[[Row, Row], None] | None = None
) -> dict[str, KindChanges]:
    """The changes by kind; both sides in the order of kinds and keys, read side by side. `look` is
    called with each row that both sides have.
    """
    changes: defaultdict[str, KindChanges] = defaultdict(KindChanges)
    for before, after in differences(old, new):
        row = after or before
        if row is not None:
            what = "added" if before is None else "removed" if after is None else "changed"
            if look is not None and before is not None and after is not None:
                look(before, after)
            changes[row.kind].count(what, row.key, before, after)
    return dict(changes)


def described(before: Row | None, after: Row | None) -> dict[str, Any]:
    """The `name` of a row, `members` with the old and the new value of each that differs, and
    `beside`: the members that say what money is in.
    """
    old = json.loads(before.json) if before else {}
    new = json.loads(after.json) if after else {}
    both = {**old, **new}
    members = [name for name in both if old.get(name) != new.get(name)] if before and after else []
    return {
        "name": str(both.get("name") or both.get("title") or ""),
        "members": {name: [old.get(name), new.get(name)] for name in members},
        "beside": {name: both[name] for name in _BESIDE if name in both and name not in members},
    }


def differences(old: Iterable[Chunk], new: Iterable[Chunk]) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows that one side lacks, and those that say different things on both."""
    for left, right in unlike(old, new):
        if left is None or right is None or json.loads(left.json) != json.loads(right.json):
            yield left, right


def unlike(old: Iterable[Chunk], new: Iterable[Chunk]) -> Iterator[tuple[Row | None, Row | None]]:
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
            for row in before.rows_before(right):
                yield row, None
        elif left is None or right[:2] < left[:2]:
            for row in after.rows_before(left):
                yield None, row
        else:
            if left.json != right.json:
                yield left, right
            before.advance()
            after.advance()


class _Side:
    """The rows of chunks, one after the other. A chunk is opened when its first row is asked for."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._chunks = iter(chunks)
        self._chunk: Chunk | None = next(self._chunks, None)
        self._rows: Iterator[Row] | None = None
        self._row: Row | None = None

    @property
    def digest(self) -> bytes | None:
        """The digest of the chunk that begins here; None within a chunk and at the end."""
        return self._chunk.sha256 if self._chunk is not None and self._rows is None else None

    @property
    def row(self) -> Row | None:
        """The present row; None at the end."""
        if self._rows is None and self._chunk is not None:
            self._rows = rows_of(self._chunk)
            self.advance()
        return self._row

    def rows_before(self, other: Row | None) -> Iterator[Row]:
        """Goes through the rows of this chunk that come before a row of the other side, or through all
        that are left where the other side is at its end.
        """
        while self._row is not None and (other is None or self._row[:2] < other[:2]):
            yield self._row
            self.advance()

    def advance(self) -> None:
        """Goes to the next row, or to where the next chunk begins."""
        self._row = None if self._rows is None else next(self._rows, None)
        if self._row is None:
            self.skip_chunk()

    def skip_chunk(self) -> None:
        self._chunk, self._rows, self._row = next(self._chunks, None), None, None
