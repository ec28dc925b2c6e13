"""What needs a person's attention, for the home page of the admin.

Each app registers a source of its own; the page shows what all of them find.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.contrib.auth.models import User


class Concern(NamedTuple):
    """What needs attention, in the reader's language; of how many rows; and the page that shows these."""

    text: str
    row_count: int
    url: str


# Looks no further than what the person may see.
Source = Callable[[User], Iterable[Concern]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Adds a source, once. Sources are shown in the order in which they were added."""
    if source not in _sources:
        _sources.append(source)


def concerns_of(person: User) -> list[Concern]:
    """What needs the person's attention; nothing of what concerns no row."""
    return [concern for source in _sources for concern in source(person) if concern.row_count]
