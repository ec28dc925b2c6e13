"""What a rule wanted and what it found."""

from typing import NamedTuple


class Finding(NamedTuple):
    # What would have let the item through.
    wanted: str
    # What there was instead.
    found: str
