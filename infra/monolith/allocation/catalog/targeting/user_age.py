"""Whether the user is new or comes back."""

from typing import NamedTuple

from allocation.catalog.json_value import Reader


class UserAge(NamedTuple):
    """The age that a user must have; None sets no condition."""

    wanted: str | None = None

    def __bool__(self) -> bool:
        return self.wanted is not None

    def admits(self, found: str | None) -> bool:
        return self.wanted is None or self.wanted == found

    def admits_nothing(self) -> bool:
        """Never: each of the words is some users' age."""
        return False

    def __str__(self) -> str:
        return "" if self.wanted is None else f"a {self.wanted} user"


def user_age(read_word: Reader) -> Reader:
    """Reads a condition whose word the given reader reads. Null sets no condition."""
    return lambda value: UserAge(None if value is None else read_word(value))
