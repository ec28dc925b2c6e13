"""Tells whether two readings of the edited catalog found the same.

Of what operators have typed alone. Rates that are learned move while campaigns deliver, and a
publication that was previewed is still the same with newer ones.
"""

import hashlib
from collections.abc import Mapping, Sequence
from operator import itemgetter

import msgspec

_ENCODE_LINES = msgspec.json.Encoder().encode_lines


class TypedDigest:
    """The SHA-256 of rows as they are selected, in the order of their kinds and keys."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._of: tuple[str, list[str]] = ("", [])

    def add(self, kind: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Adds rows of a kind, which all have the same columns. Their order counts; where a page of
        them ends does not.
        """
        if not rows:
            return
        names = sorted(rows[0])
        if self._of != (kind, names):
            self._of = (kind, names)
            self._hash.update(_ENCODE_LINES([kind, names]))
        self._hash.update(_ENCODE_LINES(list(map(itemgetter(*names), rows))))

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
