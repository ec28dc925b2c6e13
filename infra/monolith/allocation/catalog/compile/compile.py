"""From rows to a catalog: every reference resolved, every value checked, once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from allocation.catalog.checks import (
    PPM_MAX,
    require,
    require_codes,
    require_currency,
    require_id,
    require_language,
    require_urls,
)
from allocation.catalog.entities import (
    Advertiser,
    Campaign,
    Catalog,
    Content,
    Creative,
    LineItem,
    Unit,
)
from allocation.catalog.rows import DAYS, Rows
from allocation.decision.place_index import Index
from allocation.models.arithmetic import Rates, scale_ppm
from allocation.models.time.epoch_seconds import INSTANT_MAX, INSTANT_MIN
from allocation.models.time.hour_set import HOURS_PER_WEEK, hour_set
from allocation.models.time.timeline import Interval, intersect
from allocation.models.time.zones import find_zone

# A slate is for hours, not for days.
_HORIZON_SECONDS_MAX = 24 * 3_600
_COUNT_MAX = 50

Row = dict[str, Any]
T = TypeVar("T")


class UnservableRow(ValueError):
    """A row that cannot be served. The whole version is refused with it: half a catalog would be a
    decision that nobody took.
    """


def compile_catalog(version: int, rows: Rows) -> Catalog:
    """Checks the rows of a version and joins them. Raises UnservableRow if one is wrong."""
    units = _by_id("unit", rows["unit"], _unit)
    advertisers = _by_id(
        "advertiser", rows["advertiser"], lambda row: Advertiser(row["id"], row["caps"])
    )
    campaigns = _by_id("campaign", rows["campaign"], lambda row: _campaign(row, advertisers))
    currencies = _exchange_rates(rows["exchange_rate"])
    line_item_ids = {row["id"] for row in rows["line_item"]}
    taken: set[str] = set()
    creatives = _creatives(rows["creative"], line_item_ids, taken)
    rates = _rates(rows["rates"], line_item_ids)
    line_items = _by_id(
        "line_item",
        rows["line_item"],
        lambda row: _line_item(row, campaigns, currencies, rates[row["id"]], creatives[row["id"]]),
    )
    channels = _by_id("channel", rows["channel"], lambda row: row)
    contents = tuple(
        _checked("content", row, lambda row: _content(row, channels, taken, line_items))
        for row in rows["content"]
    )
    in_order = tuple(sorted(line_items.values(), key=lambda item: (item.tier, item.id)))
    return Catalog(version, units, in_order, line_items, contents, Index(in_order, contents))


def _checked(kind: str, row: Row, make: Callable[[Row], T]) -> T:
    try:
        return make(row)
    except ValueError as error:
        key = row.get("id") or row.get("currency") or row.get("line_item_id")
        raise UnservableRow(f"{kind} {key!r}: {error}") from None


def _by_id(kind: str, rows: Iterable[Row], make: Callable[[Row], T]) -> dict[str, T]:
    made: dict[str, T] = {}
    for row in rows:
        made_of_row = _checked(kind, row, make)
        _checked(kind, row, lambda row: require_id(row["id"]))
        _checked(kind, row, lambda row: require(row["id"] not in made, "the id is taken"))
        made[row["id"]] = made_of_row
    return made


def _unit(row: Row) -> Unit:
    zone = find_zone(row["timezone"])
    require(zone is not None, f"{row['timezone']!r} is not an IANA time zone")
    horizon_seconds = row["horizon_seconds"]
    require(60 <= horizon_seconds <= _HORIZON_SECONDS_MAX, "horizon_seconds must be 60 to 86400")
    require(
        60 <= row["refresh_seconds"] <= horizon_seconds,
        "refresh_seconds must be 60 to horizon_seconds",
    )
    require(1 <= row["default_count"] <= _COUNT_MAX, "default_count must be 1 to 50")
    require_language(row["language"])
    require(row["mix"].ad_ratio_ppm <= PPM_MAX, "mix.ad_ratio_ppm must be at most 1000000")
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
    )


def _campaign(row: Row, advertisers: Mapping[str, Advertiser]) -> Campaign:
    advertiser = _referred(advertisers, "advertiser", row["advertiser_id"])
    flight = _span(row["starts_at"], row["ends_at"], "it ends before it starts")
    return Campaign(row["id"], advertiser, flight, row["caps"])


def _line_item(
    row: Row,
    campaigns: Mapping[str, Campaign],
    currencies: Mapping[str, int],
    rates: Mapping[str, Rates],
    creatives: list[Creative],
) -> LineItem:
    campaign = _referred(campaigns, "campaign", row["campaign_id"])
    rate_ppm = _referred(currencies, "exchange rate", row["currency"])
    starts_at = INSTANT_MIN if row["starts_at"] is None else row["starts_at"]
    own_flight = _span(starts_at, row["ends_at"], "it ends before it starts")
    require_codes(row["targeting"])
    require(row["price_micros"] >= 0, "price_micros must not be negative")
    return LineItem(
        id=row["id"],
        campaign=campaign,
        tier=row["tier"],
        pricing=row["pricing"],
        price_micros=scale_ppm(row["price_micros"], rate_ppm),
        flight=intersect(own_flight, campaign.flight),
        targeting=row["targeting"],
        dayparts=None if row["dayparts"] is None else _hours(row["dayparts"]),
        caps=row["caps"],
        cap_kind=row["cap_kind"],
        is_capped=bool(row["caps"] or campaign.caps or campaign.advertiser.caps),
        minimum_interval_seconds=row["minimum_interval_seconds"],
        exclusion_labels=row["exclusion_labels"],
        categories=row["categories"],
        rating=row["rating"],
        rates=rates,
        creatives=tuple(sorted(creatives, key=lambda creative: creative.id)),
    )


def _hours(dayparts: Iterable[Row]) -> int:
    hours: set[int] = set()
    for part in dayparts:
        begins, ends = part["from_hour"], part["to_hour"]
        require(
            begins <= 23 and 1 <= ends <= 24,
            "a daypart's from_hour must be 0 to 23 and its to_hour 1 to 24",
        )
        length = ends - begins if ends > begins else ends + 24 - begins
        for day in part["days"] or DAYS:
            first = DAYS.index(day) * 24 + begins
            hours.update(hour % HOURS_PER_WEEK for hour in range(first, first + length))
    return hour_set(hours)


def _creatives(
    rows: Iterable[Row], line_item_ids: set[str], taken: set[str]
) -> dict[str, list[Creative]]:
    by_line_item: dict[str, list[Creative]] = defaultdict(list)
    for row in rows:
        _checked("creative", row, lambda row: _require_creative(row, line_item_ids, taken))
        by_line_item[row["line_item_id"]].append(
            Creative(
                row["id"],
                row["image_url"],
                row["title"],
                row["body"],
                row["call_to_action"],
                row["weight"],
            )
        )
    return by_line_item


def _require_creative(row: Row, line_item_ids: set[str], taken: set[str]) -> None:
    line_item_id = row["line_item_id"]
    require(line_item_id in line_item_ids, f"there is no line item {line_item_id!r}")
    require_urls(row["image_url"], row["landing_url"])
    _take(row["id"], taken)


def _content(
    row: Row, channels: Mapping[str, Row], taken: set[str], line_items: Mapping[str, LineItem]
) -> Content:
    _referred(channels, "channel", row["channel_id"])
    require(row["quality_ppm"] <= PPM_MAX, "quality_ppm must be at most 1000000")
    require_codes(row["targeting"])
    require_language(row["language"])
    require_urls(row["image_url"], row["landing_url"])
    flight = _span(row["published_at"], row["expires_at"], "it expires before it is published")
    _take(row["id"], taken)
    # A device reports what it showed by id alone.
    require(row["id"] not in line_items, "a line item has this id")
    return Content(
        id=row["id"],
        channel_id=row["channel_id"],
        title=row["title"],
        image_url=row["image_url"],
        language=row["language"],
        categories=frozenset(row["categories"]),
        published_at=row["published_at"],
        flight=flight,
        quality_ppm=row["quality_ppm"],
        pinned_rank=row["pinned_rank"],
        rating=row["rating"],
        targeting=row["targeting"],
    )


def _exchange_rates(rows: Iterable[Row]) -> dict[str, int]:
    rates: dict[str, int] = {}
    for row in rows:
        _checked("exchange_rate", row, lambda row: _require_exchange_rate(row, rates))
        rates[row["currency"]] = row["rate_ppm"]
    return rates


def _require_exchange_rate(row: Row, known: Mapping[str, int]) -> None:
    require_currency(row["currency"])
    require(row["rate_ppm"] > 0, "rate_ppm must be positive")
    require(row["currency"] not in known, "the currency has a rate already")


def _rates(rows: Iterable[Row], line_item_ids: set[str]) -> dict[str, dict[str, Rates]]:
    rates: dict[str, dict[str, Rates]] = defaultdict(dict)
    for row in rows:
        _checked("rates", row, lambda row: _require_rates(row, line_item_ids, rates))
        rates[row["line_item_id"]][row["unit_id"]] = Rates(row["ctr_ppm"], row["cvr_ppm"])
    return rates


def _require_rates(
    row: Row, line_item_ids: set[str], known: Mapping[str, Mapping[str, Rates]]
) -> None:
    line_item_id = row["line_item_id"]
    require(line_item_id in line_item_ids, f"there is no line item {line_item_id!r}")
    is_rate = max(row["ctr_ppm"], row["cvr_ppm"]) <= PPM_MAX
    require(is_rate, "a rate must be at most 1000000 ppm")
    is_new = row["unit_id"] not in known[line_item_id]
    require(is_new, "the line item has rates on the unit already")


def _take(key: str, taken: set[str]) -> None:
    require_id(key)
    require(key not in taken, "the id is taken (creatives and contents share theirs)")
    taken.add(key)


def _referred(known: Mapping[str, T], what: str, key: str) -> T:
    require(key in known, f"there is no {what} {key!r}")
    return known[key]


def _span(begins: int, ends: int | None, problem: str) -> Interval:
    ends = INSTANT_MAX if ends is None else ends
    require(begins < ends, problem)
    return begins, ends
