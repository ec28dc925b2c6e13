"""The shape of conditions on lists: any of these, all of these, none of these."""

from collections.abc import Set

from allocation.catalog.json_value import Reader, lists, record


class SetCondition:
    """What a list must have in common with others. An empty list sets no condition."""

    __slots__ = ("_all", "_any", "_none", "parts")

    def __init__(self, any_of: tuple[str, ...], all_of: tuple[str, ...], none_of: tuple[str, ...]) -> None:
        self.parts = (("any", any_of), ("all", all_of), ("none", none_of))
        self._any, self._all, self._none = map(frozenset, (any_of, all_of, none_of))

    def __bool__(self) -> bool:
        return any(values for _, values in self.parts)

    def admits(self, found: Set[str]) -> bool:
        """A list that was not sent is empty: it lacks every wanted and every forbidden value."""
        return (
            (not self._any or not self._any.isdisjoint(found))
            and self._all <= found
            and self._none.isdisjoint(found)
        )

    def admits_nothing(self) -> bool:
        """Whether a wanted value is forbidden, or all are of which one is wanted."""
        is_any_forbidden = bool(self._any) and self._any <= self._none
        return is_any_forbidden or not self._all.isdisjoint(self._none)

    def __str__(self) -> str:
        return "; ".join(f"{name} of {', '.join(values)}" for name, values in self.parts if values)


def set_condition(read_value: Reader) -> Reader:
    """Reads a condition whose values the given reader reads."""
    values = lists(read_value)
    read = record({"any": values, "all": values, "none": values}, closed=True)

    def read_condition(value: object) -> SetCondition:
        parts = read(value)
        return SetCondition(parts["any"], parts["all"], parts["none"])

    return read_condition
