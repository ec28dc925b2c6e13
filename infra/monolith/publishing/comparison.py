"""What a publication changes: the rows of two versions, compared chunk by chunk."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from kernel.published.chunks import Chunk
from kernel.published.row import Row
from publishing.side_by_side import Pair, Run, side_by_side

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

    def count_changed(self, before: Row, after: Row) -> None:
        self.changed += 1
        self._name("changed", self.changed_ids, [(before, after)])

    def count(self, run: Run) -> None:
        if run.is_added:
            self.added += len(run.lines)
            self._name("added", self.added_ids, run.pairs())
        else:
            self.removed += len(run.lines)
            self._name("removed", self.removed_ids, run.pairs())

    def _name(self, what: str, ids: list[str], pairs: Iterable[Pair]) -> None:
        for before, after in islice(pairs, IDS_MAX - len(ids)):
            if row := after or before:
                ids.append(row.key)
                self.rows.append({"id": row.key, "what": what, **described(before, after)})


def compare(
    old: Iterable[Chunk], new: Iterable[Chunk], look: Callable[[Row, Row], None] | None = None
) -> dict[str, KindChanges]:
    """The changes by kind. `look` is called with each row that both sides have, and that has changed."""
    changes: defaultdict[str, KindChanges] = defaultdict(KindChanges)
    for found in side_by_side(old, new):
        if isinstance(found, Run):
            changes[found.kind].count(found)
        elif _say_different_things(*found):
            before, after = found
            if look is not None:
                look(before, after)
            changes[after.kind].count_changed(before, after)
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


def differences(old: Iterable[Chunk], new: Iterable[Chunk]) -> Iterator[Pair]:
    """The rows that one side lacks, and those that say different things on both."""
    for left, right in unlike(old, new):
        if left is None or right is None or _say_different_things(left, right):
            yield left, right


def unlike(old: Iterable[Chunk], new: Iterable[Chunk]) -> Iterator[Pair]:
    """The rows that one side lacks, and those whose texts differ."""
    for found in side_by_side(old, new):
        if isinstance(found, Run):
            yield from found.pairs()
        else:
            yield found


def _say_different_things(left: Row, right: Row) -> bool:
    return bool(json.loads(left.json) != json.loads(right.json))
