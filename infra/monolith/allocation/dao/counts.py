"""What services need of the store of counts."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol


class CountsName(NamedTuple):
    """How one flush of a process is named."""

    # Epoch seconds.
    flushed_at: int
    # A number of 64 bits that differs between processes.
    environment: int
    # The number of the flush within the process, from 1.
    sequence: int


class CountsWriter(Protocol):
    def write(self, name: CountsName, counts: Mapping[str, Any]) -> None:
        """Writes the counts of one flush. Raises DaoError."""
