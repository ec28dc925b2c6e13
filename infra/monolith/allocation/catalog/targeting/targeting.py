"""Every condition of an item, as the kernel's table of dimensions lists them."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from allocation.catalog.json_value import Field, Reader, canonical, parsed, record
from allocation.catalog.targeting.age_range import ages
from allocation.catalog.targeting.allow_deny import allow_deny, key_values
from allocation.catalog.targeting.circle import circles
from allocation.catalog.targeting.set_condition import set_condition
from allocation.catalog.targeting.user_age import user_age
from allocation.catalog.targeting.version_range import version_range
from kernel.dimensions import DIMENSIONS, Dimension, Shape
from kernel.vocabulary.text import fold
from kernel.vocabulary.version import VERSION


class Condition(Protocol):
    """What an item asks of one attribute. It is false where it sets no condition, and its text says
    what it wants.
    """

    def __bool__(self) -> bool: ...

    def admits(self, value: Any) -> bool: ...

    def admits_nothing(self) -> bool:
        """Whether no value at all could satisfy the condition."""


class Targeting:
    """The conditions of one item; all of them must hold."""

    __slots__ = ("checks", "conditions")

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        """Takes conditions by their dimensions' names, in the order of the table."""
        self.conditions = {name: asked for name, asked in conditions.items() if asked}
        # What a decision asks of each attribute, by the dimension's name.
        self.checks: tuple[tuple[str, Callable[[Any], bool]], ...] = tuple(
            (name, condition.admits) for name, condition in self.conditions.items()
        )

    def admits(self, name: str, value: Any) -> bool:
        """Whether the condition on one dimension admits a value. No condition admits everything."""
        condition = self.conditions.get(name)
        return condition is None or condition.admits(value)


def read_targeting(value: Any) -> Targeting:
    """Reads the targeting of a row. A condition on a dimension that the table does not have is
    refused, because ignoring it would show an item to users that it is not meant for.
    """
    conditions = _read_conditions(value)
    return Targeting({dimension.name: conditions[dimension.field] for dimension in DIMENSIONS})


def _values(dimension: Dimension) -> Reader:
    """Reads a text that a condition names. A text in a form that no request has would never match,
    and a list that denies such a text would keep nothing out.
    """
    if dimension.vocabulary is None:
        raise TypeError(f"conditions on {dimension.name} hold no texts")
    return canonical(dimension.vocabulary)


_READERS: Mapping[Shape, Callable[[Dimension], Reader]] = {
    Shape.ALLOW_DENY: lambda dimension: allow_deny(_values(dimension)),
    Shape.FOLDED_ALLOW_DENY: lambda dimension: allow_deny(_values(dimension), fold),
    Shape.SET: lambda dimension: set_condition(_values(dimension)),
    Shape.VERSIONS: lambda _: version_range(parsed(VERSION)),
    Shape.AGES: lambda _: ages,
    Shape.CIRCLES: lambda _: circles,
    Shape.WORD: lambda dimension: user_age(_values(dimension)),
    Shape.KEY_VALUES: lambda dimension: key_values(_values(dimension)),
}
_read_conditions = record(
    {dimension.field: Field(_READERS[dimension.shape](dimension), None) for dimension in DIMENSIONS},
    closed=True,
)
