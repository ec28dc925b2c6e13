"""What the rules of targeting look at."""

from typing import NamedTuple

from allocation.models.query import Query
from allocation.models.time.epoch_seconds import plus_seconds
from allocation.models.user_state import STORED, UserState
from kernel.vocabulary.user_age import NEW, RETURNING

# A user is new until so long after the first event.
_NEW_FOR_SECONDS = 7 * 24 * 3_600


class Subject(NamedTuple):
    """A request, and what follows from it about the user."""

    query: Query
    # The publisher's app that the unit belongs to.
    app_id: str
    # In years; None if no year of birth was sent.
    age: int | None
    # None unless the user's stored history is known.
    user_age: str | None


def subject_of(query: Query, app_id: str, local_year: int, state: UserState, now: int) -> Subject:
    """The subject of a request at an instant, in a year of the user's calendar."""
    age = None if query.birth_year is None else local_year - query.birth_year
    return Subject(query, app_id, age, user_age_of(state, now))


def user_age_of(state: UserState, now: int) -> str | None:
    """How long a user has been here. Only stored history tells: a device reports one day alone."""
    if state.source != STORED:
        return None
    first = state.first_seen_at
    is_new = first is None or now < plus_seconds(first, _NEW_FOR_SECONDS)
    return NEW if is_new else RETURNING
