"""What services need of the store of tables of gates."""

from typing import NamedTuple, Protocol

from allocation.models.pacing import Gates


class GatesPointer(NamedTuple):
    """How the newest table is named, and what is known of it before it is read."""

    version: int
    made_at: int
    chunks: int
    # SHA-256 of the table's bytes before compression, in hexadecimal digits.
    digest: str


class GatesReader(Protocol):
    def current(self) -> GatesPointer | None:
        """The newest table; None if none was ever written. Raises DaoError, or MalformedError."""

    def load(self, pointer: GatesPointer) -> Gates:
        """A table, its digest checked. Raises DaoError, or MalformedError if it never can be read."""
