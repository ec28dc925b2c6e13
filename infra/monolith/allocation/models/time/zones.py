"""Time zones out of the `tzdata` package, whatever the machine has: both sides know one release."""

import zoneinfo
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files

from allocation.models.time.epoch_seconds import INSTANT_MAX, INSTANT_MIN

# Offsets do not change within two days of either end, and `datetime` can be at no zone's end.
_END_SECONDS = 2 * 86_400
# What CLDR calls a zone that nobody knows; it is in no list, and its clocks show UTC.
_UNKNOWN = "etc/unknown"


class Zone:
    """One time zone, by its name as the database spells it."""

    __slots__ = ("_zone", "name")

    def __init__(self, name: str, zone: zoneinfo.ZoneInfo) -> None:
        self.name = name
        self._zone = zone

    def offset_seconds(self, instant: int) -> int:
        """How far local clocks are ahead of UTC."""
        inside = min(max(instant, INSTANT_MIN + _END_SECONDS), INSTANT_MAX - _END_SECONDS)
        offset = datetime.fromtimestamp(inside, self._zone).utcoffset()
        return offset.days * 86_400 + offset.seconds if offset else 0

    def local_year(self, instant: int) -> int:
        local = instant + self.offset_seconds(instant)
        if local < INSTANT_MIN:
            # West of Greenwich the first instant is still the year before the first.
            return 0
        return datetime.fromtimestamp(local, _utc()).year


# Bounded, because clients choose the names.
@lru_cache(maxsize=4_096)
def find_zone(name: str) -> Zone | None:
    """The zone of an IANA name, in any case; None if there is none."""
    if len(name) > 64:
        return None
    folded = name.lower() if name.isascii() else ""
    canonical = _names().get(folded)
    return None if canonical is None else _load(canonical)


def release() -> str:
    """The database's release, such as 2026f."""
    text = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text("utf-8")
    return text.partition("\n")[0].rpartition(" ")[2]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.lower(): name for name in names} | {_UNKNOWN: "UTC"}


@cache
def _load(name: str) -> Zone:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as opened:
        return Zone(name, zoneinfo.ZoneInfo.from_file(opened, key=name))


@lru_cache(maxsize=1)
def _utc() -> zoneinfo.ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", "UTC").open("rb") as opened:
        return zoneinfo.ZoneInfo.from_file(opened, key="UTC")
