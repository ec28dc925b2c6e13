"""The shape that most dimensions share: values to allow and values to deny."""

from collections.abc import Callable, Mapping
from typing import Any

from allocation.catalog.json_value import Reader, lists, record
from kernel.vocabulary.form import unchanged


class AllowDeny:
    """Values that an attribute must, and must not, have. An empty list sets no condition."""

    __slots__ = ("_allow", "_deny", "allowed", "denied")

    def __init__(
        self,
        allow: tuple[str, ...],
        deny: tuple[str, ...],
        normalize: Callable[[str], str] = unchanged,
    ) -> None:
        self.allowed, self.denied = allow, deny
        self._allow = frozenset(map(normalize, allow))
        self._deny = frozenset(map(normalize, deny))

    def __bool__(self) -> bool:
        return bool(self.allowed or self.denied)

    def admits(self, value: str | None) -> bool:
        """An absent attribute never matches `allow` and never trips `deny`."""
        if value is None:
            return not self._allow
        return (not self._allow or value in self._allow) and value not in self._deny

    def admits_nothing(self) -> bool:
        """Whether every allowed value is denied, too."""
        return bool(self._allow) and self._allow <= self._deny

    def __str__(self) -> str:
        allow, deny = ", ".join(self.allowed), ", ".join(self.denied)
        if self.allowed and self.denied:
            return f"one of {allow}, none of {deny}"
        if self.allowed:
            return f"one of {allow}"
        return f"none of {deny}" if self.denied else "any"


class KeyValues(dict[str, AllowDeny]):
    """Conditions by key, in the keys' order: every key must satisfy its lists."""

    def admits(self, found: Mapping[str, str]) -> bool:
        return self.first_failed(found) is None

    def admits_nothing(self) -> bool:
        """Whether one key admits no value."""
        return any(condition.admits_nothing() for condition in self.values())

    def first_failed(self, found: Mapping[str, str]) -> str | None:
        """The first key whose lists are not satisfied."""
        for key, condition in self.items():
            if not condition.admits(found.get(key)):
                return key
        return None


def allow_deny(read_value: Reader, normalize: Callable[[str], str] = unchanged) -> Reader:
    """Reads a condition whose values the given reader reads. They are compared normalized."""
    members = {"allow": lists(read_value), "deny": lists(read_value)}
    read = record(members, closed=True)
    return lambda value: AllowDeny(**read(value), normalize=normalize)


def key_values(read_value: Reader) -> Reader:
    """Reads conditions by key. The given reader reads keys and values."""
    read_condition = allow_deny(read_value)

    def read(value: Any) -> KeyValues:
        if not isinstance(value, dict):
            raise ValueError("must be an object")
        return KeyValues((read_value(key), read_condition(value[key])) for key in sorted(value))

    return read
