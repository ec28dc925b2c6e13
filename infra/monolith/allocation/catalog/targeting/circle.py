"""The place of the device: within any of some circles."""

from typing import NamedTuple

from allocation.catalog.json_value import I32, U32, Field, list_of, record
from allocation.models.distance import Position, is_within


class Circle(NamedTuple):
    center: Position
    # The circle's rim belongs to it.
    radius_meters: int

    def __str__(self) -> str:
        return f"within {self.radius_meters} m of {self.center}"


class Circles(tuple[Circle, ...]):
    """The device must be in one of these; none sets no condition."""

    __slots__ = ()

    def admits(self, position: Position | None) -> bool:
        if not self:
            return True
        return position is not None and any(
            is_within(center, position, radius_meters) for center, radius_meters in self
        )

    def admits_nothing(self) -> bool:
        """Never: a circle holds its center at least."""
        return False

    def __str__(self) -> str:
        return " or ".join(map(str, self))


_read_circle = record(
    {
        "latitude_microdegrees": Field(I32),
        "longitude_microdegrees": Field(I32),
        "radius_meters": Field(U32),
    },
    closed=True,
)


def _circle(value: object) -> Circle:
    circle = _read_circle(value)
    center = Position(circle["latitude_microdegrees"], circle["longitude_microdegrees"])
    return Circle(center, circle["radius_meters"])


_read_circles = list_of(_circle)


def circles(value: object) -> Circles:
    """Reads circles."""
    return Circles(_read_circles(value))
