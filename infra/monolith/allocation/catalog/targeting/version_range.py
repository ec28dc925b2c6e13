"""A range of versions, for the rules on operating system and SDK."""

from typing import NamedTuple

from allocation.models.query import Version


class VersionRange(NamedTuple):
    """Versions from `min` to `max`, both included; an end left out is open."""

    min: Version | None = None
    max: Version | None = None

    def __bool__(self) -> bool:
        return self.min is not None or self.max is not None

    def admits(self, found: Version | None) -> bool:
        """An absent version is in the range only if the range asks for nothing."""
        if found is None:
            return not self
        return (self.min is None or self.min <= found) and (self.max is None or found <= self.max)

    def __str__(self) -> str:
        if self.min is not None and self.max is not None:
            return f"{format_version(self.min)} to {format_version(self.max)}"
        if self.min is not None:
            return f"{format_version(self.min)} or newer"
        return "any" if self.max is None else f"{format_version(self.max)} or older"


def format_version(version: Version) -> str:
    """All four parts, because that is what is compared."""
    return ".".join(map(str, version))


def parse_version(text: str) -> Version:
    """Reads 1 to 4 numbers joined by dots. Raises ValueError with what the text must be."""
    parts = text.split(".")
    if len(parts) <= 4 and all(_is_part(part) for part in parts):
        numbers = [int(part.lstrip("0") or "0") for part in parts]
        return tuple(numbers + [0] * (4 - len(parts)))
    raise ValueError("must be 1 to 4 numbers joined by dots, each at most 65535")


def _is_part(text: str) -> bool:
    if not (text.isascii() and text.isdigit()):
        return False
    digits = text.lstrip("0")
    return len(digits) <= 5 and int(digits or "0") <= 65_535
