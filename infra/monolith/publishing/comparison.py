"""What a version changes in comparison with the one before it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kernel.published.items import Row

# Enough ids for an operator to recognize an edit; the counts are exact.
IDS_MAX = 20


@dataclass
class KindChanges:
    """How many rows of a kind were added, changed and removed, and the first ids of each."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    added_ids: list[str] = field(default_factory=list)
    changed_ids: list[str] = field(default_factory=list)
    removed_ids: list[str] = field(default_factory=list)

    def count(self, what: str, key: str) -> None:
        setattr(self, what, getattr(self, what) + 1)
        ids: list[str] = getattr(self, f"{what}_ids")
        if len(ids) < IDS_MAX:
            ids.append(key)


def compare(old: Iterable[Row], new: Iterable[Row]) -> dict[str, KindChanges]:
    """The changes by kind; both sides in the order of their sort keys, read side by side."""
    changes: dict[str, KindChanges] = {}
    for before, after in _side_by_side(iter(old), iter(new)):
        row = after or before
        what = _difference(before, after)
        if row is not None and what is not None:
            changes.setdefault(row.kind, KindChanges()).count(what, row.key)
    return changes


def _difference(before: Row | None, after: Row | None) -> str | None:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    is_equal = before.json == after.json or json.loads(before.json) == json.loads(after.json)
    return None if is_equal else "changed"


def _side_by_side(old: Iterator[Row], new: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    before, after = next(old, None), next(new, None)
    while before or after:
        if after is None or (before and _order(before) < _order(after)):
            yield before, None
            before = next(old, None)
        elif before is None or _order(after) < _order(before):
            yield None, after
            after = next(new, None)
        else:
            yield before, after
            before, after = next(old, None), next(new, None)


def _order(row: Row) -> bytes:
    return row.sort_key.encode()
