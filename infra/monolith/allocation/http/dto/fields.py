"""Takes values out of parameters, and remembers everything that is wrong with them.

A strict reading refuses what does not have its form. Any other reading makes the best of a
parameter that may be left out, because the device that sends it cannot be changed any more, and
remembers what was ignored.
"""

from collections.abc import Iterable
from typing import Any

from allocation.http.dto.definitions import PARAMETERS, Parameter
from allocation.http.dto.parameters import Parameters
from web import problems
from web.problems import FieldError, ProblemError


class Fields:
    """The parameters of a request received at an instant, in epoch seconds."""

    def __init__(self, parameters: Parameters, now: int, *, is_strict: bool) -> None:
        self.parameters = parameters
        self.is_strict = is_strict
        self._now = now
        self._errors: list[FieldError] = []
        self._ignored: set[str] = set()

    def take_all(self, parameters: Iterable[Parameter]) -> dict[str, Any]:
        """The values that were sent and are not wrong, by the attributes that they become."""
        taken = {}
        for parameter in parameters:
            if parameter.is_required or self.parameters.has(parameter.name):
                value = self.take(parameter)
                if value is not None:
                    taken[parameter.attribute] = value
        return taken

    def take(self, parameter: Parameter) -> Any:
        """The value of a parameter, or the values of a list. None stands for a parameter that was
        not sent, that is ignored, or that is wrong: `finish` raises then.
        """
        name = parameter.name
        if not self.parameters.has(name):
            if parameter.is_required:
                self.reject(name, "is required")
            return None
        if parameter.values_max is not None:
            return self._list(parameter, parameter.values_max)
        if self.is_strict or parameter.is_required:
            return self.exactly(parameter, name)
        value, is_cut = self.last(parameter, name)
        if is_cut:
            self.ignore(name)
        return value

    def exactly(self, parameter: Parameter, name: str) -> Any:
        """The one value that was sent under a name, which must have the parameter's form."""
        if self.reject_mistyped(name):
            return None
        found = self.parameters.get(name)
        if found is None:
            return None
        if len(found) != 1:
            self.reject(name, "must be given once")
            return None
        try:
            return parameter.parse(found[0], self._now)
        except ValueError as error:
            self.reject(name, str(error))
            return None

    def last(self, parameter: Parameter, name: str) -> tuple[Any, bool]:
        """The last value under a name, and whether that is less than what was sent; None if it
        cannot be read.

        The last, because a balancer without multi-value headers passes on no other.
        """
        found = self.parameters.get(name)
        if not found or self.parameters.mistyped(name) is not None:
            return None, True
        text, is_cut = parameter.normalize(found[-1])
        try:
            return parameter.parse(text, self._now), is_cut or len(found) > 1
        except ValueError:
            return None, True

    def opt_out(self, parameter: Parameter) -> bool:
        """Whether a user opts out. What cannot be read counts as yes, because an opt-out must not
        be lost.
        """
        name = parameter.name
        if self.is_strict or not self.parameters.has(name):
            return bool(self.exactly(parameter, name))
        values: list[bool | None] = []
        for text in self.parameters.get(name) or []:
            try:
                values.append(parameter.parse(parameter.normalize(text).text, self._now))
            except ValueError:
                values.append(None)
        is_mistyped = self.parameters.mistyped(name) is not None
        if is_mistyped or len(values) != 1 or None in values:
            self.ignore(name)
        return is_mistyped or any(value is not False for value in values)

    def _list(self, parameter: Parameter, values_max: int) -> tuple[Any, ...] | None:
        name = parameter.name
        if not self.is_strict:
            return self._readable_items(parameter, values_max)
        if self.reject_mistyped(name):
            return None
        found = self.parameters.get(name) or []
        if len(found) > values_max:
            self.reject(name, f"must have at most {values_max} values")
            return None
        try:
            return tuple([parameter.parse(text, self._now) for text in found])
        except ValueError as error:
            self.reject(name, str(error))
            return None

    def _readable_items(self, parameter: Parameter, values_max: int) -> tuple[Any, ...] | None:
        """As many readable values of a list as it may have; None if there is no other value in
        it.
        """
        found = self.parameters.get(parameter.name)
        values: list[Any] = []
        for text in found or []:
            if len(values) == values_max:
                break
            try:
                values.append(parameter.parse(parameter.normalize(text).text, self._now))
            except ValueError:
                continue
        is_mistyped = self.parameters.mistyped(parameter.name) is not None
        is_cut = found is None or is_mistyped or len(values) < len(found)
        if is_cut:
            self.ignore(parameter.name)
        return tuple(values) if values or not is_cut else None

    def reject_mistyped(self, name: str) -> bool:
        """Refuses a parameter with a JSON value of another type than it may have."""
        wanted = self.parameters.mistyped(name)
        if wanted is not None:
            self.reject(name, f"must be {wanted}")
        return wanted is not None

    def reject(self, name: str, detail: str) -> None:
        self._errors.append(FieldError(name, detail))

    def ignore(self, name: str) -> None:
        """Remembers a parameter of which something that was sent takes no part in the decision."""
        self._ignored.add(name)

    def finish(self) -> tuple[str, ...]:
        """What was ignored, in the order of the table.

        Raises ProblemError if anything was wrong.
        """
        if self._errors:
            raise ProblemError(problems.invalid_parameters(self._errors))
        return tuple(one.name for one in PARAMETERS if one.name in self._ignored)
