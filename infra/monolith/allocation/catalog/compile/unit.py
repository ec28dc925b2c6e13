"""A unit's limits."""

from allocation.catalog.compile.index import Row
from allocation.catalog.entities import Unit
from allocation.catalog.error import require
from allocation.models.arithmetic import PPM
from allocation.models.time.zones import parse_zone
from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.integers import COUNT_MAX
from kernel.vocabulary.url import ORIGIN, ORIGINS_MAX

# A slate is for hours, not for days.
_HORIZON_SECONDS_MAX = 24 * 3_600


def compile_unit(row: Row) -> Unit:
    try:
        zone = parse_zone(row["timezone"])
    except NotInVocabulary:
        raise ValueError(f"{row['timezone']!r} is not an IANA time zone") from None
    horizon_seconds = row["horizon_seconds"]
    require(60 <= horizon_seconds <= _HORIZON_SECONDS_MAX, "horizon_seconds must be 60 to 86400")
    require(
        60 <= row["refresh_seconds"] <= horizon_seconds,
        "refresh_seconds must be 60 to horizon_seconds",
    )
    require(1 <= row["default_count"] <= COUNT_MAX, "default_count must be 1 to 50")
    require(row["mix"].ad_ratio_ppm <= PPM, "mix.ad_ratio_ppm must be at most 1000000")
    require(len(row["origins"]) <= ORIGINS_MAX, "origins must be at most 20")
    return Unit(
        id=row["id"],
        app_id=row["app_id"],
        mix=row["mix"],
        horizon_seconds=horizon_seconds,
        refresh_seconds=row["refresh_seconds"],
        default_count=row["default_count"],
        floor_price_micros=row["floor_price_micros"],
        advertiser_slots_max=row["advertiser_slots_max"],
        blocked_categories=frozenset(row["blocked_categories"]),
        blocked_categories_in_order=row["blocked_categories"],
        blocked_advertisers=row["blocked_advertisers"],
        content_rating=row["content_rating"],
        zone=zone,
        language=row["language"],
        origins=tuple(map(_read_origin, row["origins"])),
        lends_to_devices=row["lends_to_devices"],
    )


def _read_origin(text: str) -> str:
    try:
        return ORIGIN.parse_canonical(text)
    except NotInVocabulary:
        raise ValueError(f"{text!r} is not an origin") from None
