"""What services need of the store of users' histories."""

from typing import Protocol

from allocation.models.user_state import UserState


class UserStateReader(Protocol):
    def warm(self) -> None:
        """Connects before the first request. Raises DaoError."""

    def load(self, user_key: str) -> UserState:
        """The state; that of a new user if nothing is stored. Where the store has lost what it had, the
        history is unknown, and the state has what was stored since. Raises DaoError.
        """
