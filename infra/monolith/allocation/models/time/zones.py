"""Local time in the zones of the `tzdata` package, whatever the machine has."""

import zoneinfo
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files

from allocation.models.time.epoch_seconds import INSTANT_MAX, INSTANT_MIN
from kernel.vocabulary.time_zone import TIME_ZONE

# `datetime` has no local time within a day of either end; offsets do not change within two.
_END_SECONDS = 2 * 86_400


class Zone:
    """One time zone, by its name as the database spells it."""

    __slots__ = ("_zone", "name")

    def __init__(self, name: str, zone: zoneinfo.ZoneInfo) -> None:
        self.name = name
        self._zone = zone

    def offset_seconds(self, instant: int) -> int:
        """How far local clocks are ahead of UTC at an instant, in epoch seconds."""
        inside = min(max(instant, INSTANT_MIN + _END_SECONDS), INSTANT_MAX - _END_SECONDS)
        offset = datetime.fromtimestamp(inside, self._zone).utcoffset()
        return offset.days * 86_400 + offset.seconds if offset else 0

    def local_year(self, instant: int) -> int:
        local = instant + self.offset_seconds(instant)
        if local < INSTANT_MIN:
            # In a zone behind UTC, the first instant still belongs to the year before the first.
            return 0
        return datetime.fromtimestamp(local, _utc()).year


# Bounded, because clients choose the names.
@lru_cache(maxsize=4_096)
def parse_zone(name: str) -> Zone:
    """The zone of an IANA name, in any case. Raises NotInVocabulary if there is none."""
    return _load(TIME_ZONE.parse(name))


@cache
def _load(name: str) -> Zone:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as opened:
        return Zone(name, zoneinfo.ZoneInfo.from_file(opened, key=name))


@lru_cache(maxsize=1)
def _utc() -> zoneinfo.ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", "UTC").open("rb") as opened:
        return zoneinfo.ZoneInfo.from_file(opened, key="UTC")
