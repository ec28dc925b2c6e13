"""Tells whether two readings of the edited catalog found the same.

Of what operators have typed alone. Rates that are learned move while campaigns deliver, and a
publication that was previewed is still the same with newer ones.
"""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

# The order of columns says nothing.
_ENCODE_LINES = msgspec.json.Encoder(order="sorted").encode_lines


class TypedDigest:
    """The SHA-256 of rows as they are selected, in the order of their kinds and keys."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, kind: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Adds rows of a kind. Their order counts; where a page of them ends does not."""
        self._hash.update(_ENCODE_LINES([(kind, row) for row in rows]))

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
