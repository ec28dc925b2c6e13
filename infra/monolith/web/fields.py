"""The fields of a request: a JSON object or a query.

`Fields` collects every error, so that a client learns of all its mistakes at once. It ignores
fields that no API asks for.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from django.http import HttpRequest

from web import problems
from web.problems import FieldError, ProblemError

T = TypeVar("T")


class Fields:
    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = members
        self._errors: list[FieldError] = []

    def required(self, name: str, parse: Callable[[object], T]) -> T:
        """The value of a field that must be present. `parse` raises ValueError with what the value
        must be.

        An invalid field yields None, which no caller uses: `finish` raises first.
        """
        if name not in self._members:
            self.reject(name, "is required")
            return cast(T, None)
        try:
            return parse(self._members[name])
        except ValueError as error:
            self.reject(name, str(error))
            return cast(T, None)

    def optional(self, name: str, parse: Callable[[object], T], default: T) -> T:
        """The value of a field, or the default if the field is missing. `null` goes to `parse`."""
        return self.required(name, parse) if name in self._members else default

    def reject(self, name: str, detail: str) -> None:
        """Adds an error that the parser of one field cannot find."""
        self._errors.append(FieldError(name, detail))

    def finish(self) -> None:
        """Raises one ProblemError with all errors, if there are any."""
        if self._errors:
            raise ProblemError(problems.invalid_parameters(self._errors))


def query_fields(request: HttpRequest) -> Fields:
    """The parameters of a query. A repeated parameter is a list, which every parser rejects."""
    return Fields({name: values if len(values) > 1 else values[0] for name, values in request.GET.lists()})
