"""What a request asks, after the edge has parsed and checked it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from allocation.models.distance import Position
from allocation.models.time.zones import Zone

# Four numbers, those that were left out 0.
Version = tuple[int, int, int, int]


class Shown(NamedTuple):
    """What the device itself has shown of one item since local midnight."""

    item_id: str
    count: int
    last_shown_at: int


@dataclass(frozen=True, slots=True)
class Query:
    """One allocation request. An attribute that was not sent is None or empty."""

    unit_id: str
    user_id: str
    country: str | None = None
    region: str | None = None
    language: str | None = None
    gender: str | None = None
    birth_year: int | None = None
    platform: str | None = None
    os_version: Version | None = None
    sdk_version: Version | None = None
    device_maker: str | None = None
    device_model: str | None = None
    carrier: str | None = None
    network: str | None = None
    zone: Zone | None = None
    # Empty under limit-ad-tracking, as segments are and the position is None.
    interests: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    position: Position | None = None
    key_values: Mapping[str, str] = field(default_factory=dict)
    limit_ad_tracking: bool = False
    count: int | None = None
    shown: tuple[Shown, ...] | None = None
