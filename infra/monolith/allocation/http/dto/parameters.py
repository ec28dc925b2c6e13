"""Parameters by name, the same from a query string and from a JSON body."""

from collections.abc import Iterable


class Parameters:
    """Every value of every parameter as text, in the order sent."""

    def __init__(self, texts: dict[str, list[str]] | None = None) -> None:
        self._texts = texts or {}
        # What the JSON values of a parameter must be, where one of them is something else.
        self._mistyped: dict[str, str] = {}

    def extend(self, name: str, values: Iterable[str]) -> None:
        """Adds values to a parameter, which counts as sent from then on even if there is none."""
        self._texts.setdefault(name, []).extend(values)

    def extend_mistyped(self, name: str, wanted: str) -> None:
        """Remembers that a parameter has a value without a text, and what the value must be."""
        self._mistyped[name] = wanted

    def has(self, name: str) -> bool:
        """Whether a parameter was sent, with or without a value."""
        return name in self._texts or name in self._mistyped

    def mistyped(self, name: str) -> str | None:
        """What the values of a parameter must be, if one of them has no text."""
        return self._mistyped.get(name)

    def get(self, name: str) -> list[str] | None:
        """The values of a parameter that are texts; None if no such value was sent."""
        return self._texts.get(name)

    def names_after(self, prefix: str) -> list[str]:
        """The names that begin with a prefix, without it, in order."""
        return sorted(name.removeprefix(prefix) for name in self._texts if name.startswith(prefix))
