"""Takes values out of parameters, and remembers everything that is wrong with them."""

from collections.abc import Iterable
from typing import Any

from allocation.http.dto.definitions import Parameter
from web import problems
from web.problems import FieldError, ProblemError

# Every value of every parameter as text, in the order sent. A list may be there and have none.
Parameters = dict[str, list[str]]


class Fields:
    """The parameters of a request received at an instant, in epoch seconds."""

    def __init__(self, parameters: Parameters, now: int) -> None:
        self.parameters = parameters
        self._now = now
        self._errors: list[FieldError] = []

    def take_all(self, parameters: Iterable[Parameter]) -> dict[str, Any]:
        """The values that were sent and are not wrong, by the attributes that they become."""
        taken = {}
        for parameter in parameters:
            if parameter.is_required or parameter.name in self.parameters:
                value = self.take(parameter)
                if value is not None:
                    taken[parameter.attribute] = value
        return taken

    def take(self, parameter: Parameter) -> Any:
        """The value of a parameter, or the values of a list. None stands for a parameter that was
        not sent, and for one that is wrong: `finish` raises then.
        """
        found = self.parameters.get(parameter.name)
        if found is None:
            if parameter.is_required:
                self.reject(parameter.name, "is required")
            return None
        if parameter.values_max is None:
            return self.value(parameter, parameter.name)
        if len(found) > parameter.values_max:
            self.reject(parameter.name, f"must have at most {parameter.values_max} values")
            return None
        try:
            return tuple([parameter.parse(text, self._now) for text in found])
        except ValueError as error:
            self.reject(parameter.name, str(error))
            return None

    def value(self, parameter: Parameter, name: str) -> Any:
        """The one value that was sent under a name, read as a parameter's."""
        found = self.parameters[name]
        if len(found) != 1:
            self.reject(name, "must be given once")
            return None
        try:
            return parameter.parse(found[0], self._now)
        except ValueError as error:
            self.reject(name, str(error))
            return None

    def reject(self, name: str, detail: str) -> None:
        self._errors.append(FieldError(name, detail))

    def finish(self) -> None:
        """Raises ProblemError if anything was wrong."""
        if self._errors:
            raise ProblemError(problems.invalid_parameters(self._errors))
