"""A line item: its flight within its campaign's, its price in the catalog's currency, its hours."""

from collections.abc import Iterable, Mapping

from allocation.catalog.compile.index import Row, referred
from allocation.catalog.entities import SPONSORSHIP, Campaign, Creative, LineItem, Money
from allocation.catalog.error import require
from allocation.models.arithmetic import PPM, Rates, scale_ppm
from allocation.models.time.hour_set import HOURS_PER_WEEK, hour_set
from allocation.models.time.interval import intersect, interval
from kernel.vocabulary.schedule import DAYS


def compile_line_item(
    row: Row,
    campaigns: Mapping[str, Campaign],
    currencies: Mapping[str, int],
    rates: Mapping[str, Rates],
    creatives: Iterable[Creative],
) -> LineItem:
    campaign = referred(campaigns, "campaign", row["campaign_id"])
    rate_ppm = referred(currencies, "exchange rate", row["currency"])
    own_flight = interval(row["starts_at"], row["ends_at"])
    if own_flight is None:
        raise ValueError("it ends before it starts")
    require(row["price_micros"] >= 0, "price_micros must not be negative")
    _check_delivery(row)
    return LineItem(
        id=row["id"],
        campaign=campaign,
        tier=row["tier"],
        pricing=row["pricing"],
        price_micros=scale_ppm(row["price_micros"], rate_ppm),
        agreed=Money(row["price_micros"], row["currency"]),
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
        default_ctr_ppm=row["default_ctr_ppm"],
        creatives=tuple(sorted(creatives, key=lambda creative: creative.id)),
    )


def _check_delivery(row: Row) -> None:
    """Checks what is to be delivered, which the gates enforce."""
    require(row["goal"] is None or row["goal"]["count"] > 0, "a goal must be at least 1")
    share_ppm = row["share_ppm"]
    if share_ppm is not None:
        require(1 <= share_ppm <= PPM, "share_ppm must be 1 to 1000000")
        require(row["tier"] == SPONSORSHIP, "only a sponsorship has a share")
    require(row["default_ctr_ppm"] <= PPM, "a rate must be at most 1000000 ppm")


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
