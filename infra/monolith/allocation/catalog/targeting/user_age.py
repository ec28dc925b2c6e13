"""Whether the user is new here or comes back."""

from typing import NamedTuple

from allocation.models.time.epoch_seconds import plus_seconds
from allocation.models.user_state import STORED, UserState

NEW = "new"
RETURNING = "returning"

# A user is new until so long after the first event.
_NEW_FOR_SECONDS = 7 * 24 * 3_600


def user_age_of(state: UserState, now: int) -> str | None:
    """How long a user has been here, if stored state says so: a device knows today alone."""
    if state.source != STORED:
        return None
    first = state.first_seen_at
    is_new = first is None or now < plus_seconds(first, _NEW_FOR_SECONDS)
    return NEW if is_new else RETURNING


class UserAge(NamedTuple):
    """The age that a user must have; None asks for nothing."""

    wanted: str | None = None

    def __bool__(self) -> bool:
        return self.wanted is not None

    def admits(self, found: str | None) -> bool:
        return self.wanted is None or self.wanted == found

    def __str__(self) -> str:
        return "" if self.wanted is None else f"a {self.wanted} user"
