"""Why an item was not shown."""

from collections import Counter
from typing import NamedTuple


class Rejection(NamedTuple):
    """The first rule that an item failed; of a frequency cap also whose, and which window."""

    rule: str
    scope: str | None = None
    window: str | None = None


class RejectionCounts:
    """How many items each rule rejected, by the rule's name."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, rejection: Rejection) -> None:
        self._counts[rejection.rule] += 1

    def most_common(self) -> str | None:
        """The rule that rejected most; of several, the alphabetically first."""
        counts = self._counts.items()
        return min(counts, key=lambda item: (-item[1], item[0]))[0] if counts else None
