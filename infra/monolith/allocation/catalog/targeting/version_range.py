"""A range of versions, for the dimensions of operating system and SDK."""

from typing import NamedTuple

from allocation.catalog.json_value import Reader, optional, record
from kernel.vocabulary.version import Version, format_version


class VersionRange(NamedTuple):
    """Versions from `min` to `max`, both included; an end left out is open."""

    min: Version | None = None
    max: Version | None = None

    def __bool__(self) -> bool:
        return self.min is not None or self.max is not None

    def admits(self, found: Version | None) -> bool:
        """An absent version is in the range only if the range sets no condition."""
        if found is None:
            return not self
        return (self.min is None or self.min <= found) and (self.max is None or found <= self.max)

    def admits_nothing(self) -> bool:
        """Whether the lowest version is above the highest."""
        return self.min is not None and self.max is not None and self.min > self.max

    def __str__(self) -> str:
        if self.min is not None and self.max is not None:
            return f"{format_version(self.min)} to {format_version(self.max)}"
        if self.min is not None:
            return f"{format_version(self.min)} or newer"
        return "any" if self.max is None else f"{format_version(self.max)} or older"


def version_range(read_version: Reader) -> Reader:
    """Reads a range whose ends the given reader reads."""
    read = record({"min": optional(read_version), "max": optional(read_version)}, closed=True)
    return lambda value: VersionRange(**read(value))
