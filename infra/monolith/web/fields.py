"""Takes fields out of a JSON object and remembers everything that is wrong with them, so that a
client learns of all its mistakes at once. Fields that nobody asks for are ignored.
"""

from collections.abc import Callable
from typing import TypeVar

from web import problems
from web.problems import FieldError, ProblemError

T = TypeVar("T")


class Fields:
    def __init__(self, members: dict[str, object]) -> None:
        self._members = members
        self._errors: list[FieldError] = []

    def required(self, name: str, parse: Callable[[object], T]) -> T | None:
        """A field that must be there. `parse` raises ValueError with what the value must be.

        None stands in for a field that is wrong and is never seen: `finish` raises first.
        """
        if name not in self._members:
            self.reject(name, "is required")
            return None
        try:
            return parse(self._members[name])
        except ValueError as error:
            self.reject(name, str(error))
            return None

    def reject(self, name: str, detail: str) -> None:
        """Remembers an error that parsing one field does not find."""
        self._errors.append(FieldError(name, detail))

    def finish(self) -> None:
        """Raises everything that was wrong as one problem."""
        if self._errors:
            raise ProblemError(problems.invalid_parameters(self._errors))


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value
