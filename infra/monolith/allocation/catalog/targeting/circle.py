"""Where the device is: within any of some circles."""

from typing import NamedTuple

from allocation.models.distance import Position, is_within


class Circle(NamedTuple):
    center: Position
    # The edge belongs to it.
    radius_meters: int

    def __str__(self) -> str:
        return f"within {self.radius_meters} m of {self.center}"


class Circles(tuple[Circle, ...]):
    """The device must be in one of these; none asks for nothing."""

    __slots__ = ()

    def admits(self, position: Position | None) -> bool:
        if not self:
            return True
        return position is not None and any(
            is_within(center, position, radius_meters) for center, radius_meters in self
        )

    def __str__(self) -> str:
        return " or ".join(map(str, self))
