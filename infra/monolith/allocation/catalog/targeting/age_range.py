"""The age in years: the year on the user's calendar less the year of birth."""

from typing import NamedTuple


class AgeRange(NamedTuple):
    """Ages from `min` to `max`, both included; an end left out is open."""

    min: int | None = None
    max: int | None = None

    def __str__(self) -> str:
        if self.min is None and self.max is None:
            return "any age"
        if self.max is None:
            return f"{self.min} and older"
        return f"up to {self.max}" if self.min is None else f"{self.min} to {self.max}"


class Ages(tuple[AgeRange, ...]):
    """The user must be in one of these; none asks for nothing."""

    __slots__ = ()

    def admits(self, age: int | None) -> bool:
        if not self:
            return True
        return age is not None and any(
            (low is None or low <= age) and (high is None or age <= high) for low, high in self
        )

    def __str__(self) -> str:
        return " or ".join(map(str, self))
