"""An allocation request, parsed and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from allocation.models.distance import Position
from allocation.models.time.zones import Zone
from kernel.vocabulary.version import Version, format_version


class Shown(NamedTuple):
    """What the device itself has shown of one item since local midnight."""

    item_id: str
    showings: int
    # Epoch seconds.
    last_shown_at: int


@dataclass(frozen=True, slots=True)
class Query:
    """One allocation request. An attribute that was not sent is None or empty.

    An attribute that targeting looks at has the name of its dimension or of its parameter in
    `kernel.dimensions`.
    """

    unit_id: str
    user_id: str
    # Tells the devices of one user apart where a unit lends; None under limit-ad-tracking.
    device_id: str | None = None
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
    # Under limit-ad-tracking interests and segments are empty, and the position is None.
    interests: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    position: Position | None = None
    key_values: Mapping[str, str] = field(default_factory=dict)
    limit_ad_tracking: bool = False
    count: int | None = None
    shown: tuple[Shown, ...] | None = None


def of_the_phone(query: Query) -> dict[str, str | None]:
    """What the request says of the phone, and of where it may be used, by the names of parameters.
    Nothing of it tells persons apart.
    """
    return {
        "country": query.country,
        "region": query.region,
        "language": query.language,
        "platform": query.platform,
        "os_version": query.os_version and format_version(query.os_version),
        "sdk_version": query.sdk_version and format_version(query.sdk_version),
        "device_maker": query.device_maker,
        "device_model": query.device_model,
        "carrier": query.carrier,
        "network": query.network,
        "time_zone": query.zone.name if query.zone else None,
    }
