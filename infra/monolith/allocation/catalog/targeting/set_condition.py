"""The shape of conditions on lists: any of these, all of these, none of these."""

from collections.abc import Set


class SetCondition:
    """What a list must have in common with others. Empty lists ask for nothing."""

    __slots__ = ("_all", "_any", "_none", "parts")

    def __init__(
        self, any_of: tuple[str, ...], all_of: tuple[str, ...], none_of: tuple[str, ...]
    ) -> None:
        self.parts = (("any", any_of), ("all", all_of), ("none", none_of))
        self._any, self._all, self._none = map(frozenset, (any_of, all_of, none_of))

    def __bool__(self) -> bool:
        return any(values for _, values in self.parts)

    def admits(self, found: Set[str]) -> bool:
        """A list that was not sent is empty: it has nothing asked for, and nothing forbidden."""
        return (
            (not self._any or not self._any.isdisjoint(found))
            and self._all <= found
            and self._none.isdisjoint(found)
        )

    def __str__(self) -> str:
        return "; ".join(f"{name} of {', '.join(values)}" for name, values in self.parts if values)
