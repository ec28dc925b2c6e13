"""Counts how many events come from a user, or from an address, in a minute."""

from collections.abc import Mapping
from typing import Protocol


class BurstCounter(Protocol):
    def add_events(self, minute: int, events: Mapping[str, int]) -> dict[str, int]:
        """Adds a number of events to the count of each name in a minute, which is numbered since the
        epoch; the counts by name, all asked for at once. Counts of past minutes are forgotten within two
        minutes. Raises DaoError.
        """
