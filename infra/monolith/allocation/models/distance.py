"""Distances on Earth in integers, so that Rust and Django agree on every meter.

A microdegree of latitude is 111,195 micrometers. A microdegree of longitude is that times the
cosine of the latitude halfway, read off a table of whole degrees in ppm and interpolated linearly,
rounding down. Both are legs of a right triangle in millimeters, rounded down; the distance is
compared by its square. Vectors: `tests/fixtures/vectors/distance.json`.
"""

from typing import NamedTuple

_MICROMETERS_PER_MICRODEGREE = 111_195
_MICRODEGREES_PER_DEGREE = 1_000_000
_HALF_TURN_MICRODEGREES = 180_000_000

# The cosine of 0 to 90 degrees, in ppm.
# fmt: off
COSINE_PPM = (
    1_000_000, 999_848, 999_391, 998_630, 997_564, 996_195, 994_522, 992_546, 990_268, 987_688,
    984_808, 981_627, 978_148, 974_370, 970_296, 965_926, 961_262, 956_305, 951_057, 945_519,
    939_693, 933_580, 927_184, 920_505, 913_545, 906_308, 898_794, 891_007, 882_948, 874_620,
    866_025, 857_167, 848_048, 838_671, 829_038, 819_152, 809_017, 798_636, 788_011, 777_146,
    766_044, 754_710, 743_145, 731_354, 719_340, 707_107, 694_658, 681_998, 669_131, 656_059,
    642_788, 629_320, 615_661, 601_815, 587_785, 573_576, 559_193, 544_639, 529_919, 515_038,
    500_000, 484_810, 469_472, 453_990, 438_371, 422_618, 406_737, 390_731, 374_607, 358_368,
    342_020, 325_568, 309_017, 292_372, 275_637, 258_819, 241_922, 224_951, 207_912, 190_809,
    173_648, 156_434, 139_173, 121_869, 104_528, 87_156, 69_756, 52_336, 34_899, 17_452,
    0,
)
# fmt: on


class Position(NamedTuple):
    latitude_microdegrees: int
    longitude_microdegrees: int

    def __str__(self) -> str:
        return f"{_degrees(self.latitude_microdegrees)}, {_degrees(self.longitude_microdegrees)}"


def is_within(one: Position, other: Position, radius_meters: int) -> bool:
    """Whether two places are at most so many meters apart."""
    return squared_millimeters(one, other) <= (radius_meters * 1_000) ** 2


def squared_millimeters(one: Position, other: Position) -> int:
    """The square of the distance in millimeters."""
    latitude_difference = abs(one.latitude_microdegrees - other.latitude_microdegrees)
    turn = (one.longitude_microdegrees - other.longitude_microdegrees) % (2 * _HALF_TURN_MICRODEGREES)
    # The short way round.
    longitude_difference = min(turn, 2 * _HALF_TURN_MICRODEGREES - turn)
    halfway = (one.latitude_microdegrees + other.latitude_microdegrees) // 2
    north = _millimeters(latitude_difference)
    east = _millimeters(longitude_difference) * _cosine_ppm(halfway) // 1_000_000
    return north * north + east * east


def _millimeters(microdegrees: int) -> int:
    return microdegrees * _MICROMETERS_PER_MICRODEGREE // 1_000


def _cosine_ppm(latitude_microdegrees: int) -> int:
    latitude = abs(latitude_microdegrees)
    degree = min(latitude // _MICRODEGREES_PER_DEGREE, 90)
    after = min(degree + 1, 90)
    step = (COSINE_PPM[after] - COSINE_PPM[degree]) * (latitude % _MICRODEGREES_PER_DEGREE)
    return COSINE_PPM[degree] + step // _MICRODEGREES_PER_DEGREE


def _degrees(microdegrees: int) -> str:
    sign, size = "-" if microdegrees < 0 else "", abs(microdegrees)
    return f"{sign}{size // 1_000_000}.{size % 1_000_000:06}"
