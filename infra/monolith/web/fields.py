"""Takes fields out of a JSON object and remembers everything that is wrong with them, so that a
client learns of all its mistakes at once. Fields that nobody asks for are ignored.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from web import problems
from web.problems import FieldError, ProblemError
from web.text import is_visible

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

    def optional(self, name: str, parse: Callable[[object], T], default: T) -> T:
        """A field that may be missing; then it is the default. `null` is a value like any other."""
        return self.required(name, parse) if name in self._members else default

    def reject(self, name: str, detail: str) -> None:
        """Remembers an error that parsing one field does not find."""
        self._errors.append(FieldError(name, detail))

    def finish(self) -> None:
        """Raises everything that was wrong as one problem."""
        if self._errors:
            raise ProblemError(problems.invalid_parameters(self._errors))


def query_fields(request: HttpRequest) -> Fields:
    """The parameters of a query. One that is given twice is a list, which none may be."""
    parameters = request.GET.lists()
    return Fields({name: values if len(values) > 1 else values[0] for name, values in parameters})


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def identifier(length_max: int) -> Callable[[object], str]:
    """A parser of texts that name something: visible characters alone."""

    def parse(value: object) -> str:
        if not (isinstance(value, str) and is_visible(value, length_max)):
            raise ValueError(f"must be 1 to {length_max} visible characters")
        return value

    return parse


def integer(minimum: int, maximum: int) -> Callable[[object], int]:
    """A parser of whole numbers, both ends included."""

    def parse(value: object) -> int:
        # To Python, True is a number.
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise ValueError(f"must be a whole number from {minimum} to {maximum}")
        return value

    return parse


def query_integer(minimum: int, maximum: int) -> Callable[[object], int]:
    """A parser of whole numbers that are written out in a query."""
    parse = integer(minimum, maximum)

    def parse_digits(value: object) -> int:
        # `isdigit` would take other scripts' digits, and `int` white space and underscores.
        is_number = isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value)
        return parse(int(value) if is_number else None)

    return parse_digits
