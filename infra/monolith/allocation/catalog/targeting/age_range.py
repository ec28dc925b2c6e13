"""The age in years: the year on the user's calendar less the year of birth."""

from typing import NamedTuple

from allocation.catalog.json_value import I16, list_of, optional, record


class AgeRange(NamedTuple):
    """Ages from `min` to `max`, both included; an end left out is open."""

    min: int | None = None
    max: int | None = None

    def admits(self, age: int) -> bool:
        return (self.min is None or self.min <= age) and (self.max is None or age <= self.max)

    def admits_nothing(self) -> bool:
        """Whether the lowest age is above the highest."""
        return self.min is not None and self.max is not None and self.min > self.max

    def __str__(self) -> str:
        if self.min is None and self.max is None:
            return "any age"
        if self.max is None:
            return f"{self.min} and older"
        return f"up to {self.max}" if self.min is None else f"{self.min} to {self.max}"


class Ages(tuple[AgeRange, ...]):
    """The user's age must be in one of these ranges; none sets no condition."""

    __slots__ = ()

    def admits(self, age: int | None) -> bool:
        if not self:
            return True
        return age is not None and any(one.admits(age) for one in self)

    def admits_nothing(self) -> bool:
        return bool(self) and all(one.admits_nothing() for one in self)

    def __str__(self) -> str:
        return " or ".join(map(str, self))


_read_range = record({"min": optional(I16), "max": optional(I16)}, closed=True)
_read_ranges = list_of(lambda value: AgeRange(**_read_range(value)))


def ages(value: object) -> Ages:
    """Reads ranges of ages."""
    return Ages(_read_ranges(value))
