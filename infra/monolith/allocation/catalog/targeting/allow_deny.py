"""The shape that most targeting dimensions share: values to allow, values to deny."""

from collections.abc import Callable


def fold(text: str) -> str:
    """Text in which ASCII letters count in either case; other letters are what they are."""
    return text.encode().lower().decode()


def _as_it_is(text: str) -> str:
    return text


class AllowDeny:
    """Values that an attribute must, and must not, have. Empty lists ask for nothing."""

    __slots__ = ("_allow", "_deny", "allowed", "denied")

    def __init__(
        self,
        allow: tuple[str, ...],
        deny: tuple[str, ...],
        normalize: Callable[[str], str] = _as_it_is,
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

    def __str__(self) -> str:
        allow, deny = ", ".join(self.allowed), ", ".join(self.denied)
        if self.allowed and self.denied:
            return f"one of {allow}, none of {deny}"
        if self.allowed:
            return f"one of {allow}"
        return f"none of {deny}" if self.denied else "any"
