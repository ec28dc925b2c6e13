"""Random catalogs that can always be published, in which what is seldom in real ones is frequent."""

from typing import Any

from . import pools
from .dimensions import targeting
from .pools import Chance, now_and_then, some

WINDOWS = ["minute", "hour", "day", "week", "lifetime"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PRICES_MICROS = [0, 1, 999_999, 1_000_000, 1_000_000, 3_000_000_000, 2**62]
Row = dict[str, Any]


def catalog(seed: int, number: int) -> dict[str, list[Row]]:
    """The catalog of that number: the same for the same seed, on every machine."""
    chance = Chance(f"{seed}/{number}/catalog")
    advertisers = [_advertiser(chance, index) for index in range(chance.randint(1, 6))]
    campaigns = [_campaign(chance, index, advertisers) for index in range(chance.randint(1, 10))]
    line_items = [
        _line_item(chance, index, campaigns) for index in range(chance.choice([0, 5, 20, 40, 60, 80, 80]))
    ]
    channels = [{"id": f"ch-{index}", "name": chance.choice(pools.TEXTS)} for index in range(5)]
    contents = [_content(chance, index, channels) for index in range(chance.choice([0, 5, 20, 40, 60, 60]))]
    return {
        "units": [_unit(chance, unit_id, advertisers) for unit_id in pools.UNITS],
        "advertisers": advertisers,
        "campaigns": campaigns,
        "line_items": line_items,
        "creatives": [creative for item in line_items for creative in _creatives(chance, item)],
        "channels": channels,
        "contents": contents,
        "exchange_rates": [{"currency": name, "rate_ppm": ppm} for name, ppm in pools.CURRENCIES.items()],
        "rates": [rates for item in line_items for rates in _rates(chance, item)],
    }


def _unit(chance: Chance, unit_id: str, advertisers: list[Row]) -> Row:
    horizon = chance.choice([60, 3_600, 14_400, 14_400, 86_400])
    mix = {
        "ad_ratio_ppm": chance.choice([0, 1, 333_333, 400_000, 500_000, 1_000_000]),
        "first_slot": chance.choice(["any", "ad", "content"]),
        "minimum_gap": chance.choice([0, 0, 1, 3, 65_535]),
    }
    unit: Row = {
        "id": unit_id,
        "app_id": chance.choice(pools.APPS),
        "mix": _some_members(chance, mix, ["ad_ratio_ppm"]),
        "horizon_seconds": horizon,
        "refresh_seconds": min(horizon, chance.choice([60, 1_800, horizon])),
        "default_count": chance.choice([1, 5, 10, 50]),
        "timezone": chance.choice(pools.ZONES),
        "language": chance.choice(pools.LANGUAGES),
    }
    optional = {
        "floor_price_micros": chance.choice([0, 0, 0, 1, 1, 500_000, 500_000, 2**63 - 1]),
        "advertiser_slots_max": chance.choice([None, 0, 1, 2, 65_535]),
        "blocked_categories": some(chance, pools.WORDS, 2),
        "blocked_advertisers": [chance.choice(advertisers)["id"]],
        "content_rating": chance.choice(pools.RATINGS),
    }
    return unit | _some_members(chance, optional, [], 0.3)


def _advertiser(chance: Chance, index: int) -> Row:
    row = {"id": f"a-{index}", "name": chance.choice(pools.TEXTS)}
    return row | ({"caps": _caps(chance)} if now_and_then(chance, 0.3) else {})


def _campaign(chance: Chance, index: int, advertisers: list[Row]) -> Row:
    row = {"id": f"c-{index}", "advertiser_id": chance.choice(advertisers)["id"]}
    row |= {"name": chance.choice(pools.TEXTS), **_flight(chance, "starts_at", "ends_at", needs_start=True)}
    return row | ({"caps": _caps(chance)} if now_and_then(chance, 0.3) else {})


def _flight(chance: Chance, first: str, last: str, *, needs_start: bool = False) -> Row:
    """Mostly around all boundaries; now and then beginning or ending exactly at one."""
    starts, ends = min(pools.BOUNDARIES) - 8 * 86_400, max(pools.BOUNDARIES) + 8 * 86_400
    if now_and_then(chance, 0.12):
        starts = pools.instant(chance)
    if now_and_then(chance, 0.12):
        # As long as the slate, shorter, and from midnight to midnight.
        ends = starts + chance.choice([1, 60, 3_600, 14_400, 86_400, 300 * 86_400])
    offset = chance.choice([0, 0, 540, -300, 330])
    members: Row = {last: chance.choice([pools.rfc3339(ends, offset)] * 4 + [None])}
    if needs_start or now_and_then(chance, 0.5):
        members[first] = pools.rfc3339(starts, offset)
    return members


def _line_item(chance: Chance, index: int, campaigns: list[Row]) -> Row:
    row: Row = {
        "id": f"li-{index}",
        "campaign_id": chance.choice(campaigns)["id"],
        "name": chance.choice(pools.TEXTS),
        "tier": chance.choice(["sponsorship", "standard", "standard", "network", "bulk", "house"]),
        "pricing": chance.choice(["cpm", "cpc", "cpa", "cpi"]),
        "price_micros": chance.choice(PRICES_MICROS),
        "currency": chance.choice(sorted(pools.CURRENCIES)),
    }
    optional = {
        **_flight(chance, "starts_at", "ends_at"),
        "targeting": targeting(chance),
        "dayparts": chance.choice([None, [], [_daypart(chance) for _ in range(chance.randint(1, 3))]]),
        "caps": _caps(chance),
        "cap_kind": chance.choice(["soft", "hard"]),
        "minimum_interval_seconds": chance.choice([0, 1, 60, 60, 600, 3_600, 14_400, 2**32 - 1]),
        "exclusion_labels": some(chance, ["car", "drink", "차"], 2),
        "categories": some(chance, pools.WORDS, 3),
        "rating": chance.choice(pools.RATINGS),
    }
    return row | _some_members(chance, optional, [], 0.45)


def _daypart(chance: Chance) -> Row:
    part: Row = {
        "from_hour": chance.choice([0, 2, 9, 18, 22, 23]),
        "to_hour": chance.choice([1, 2, 9, 18, 24]),
    }
    return part | ({"days": some(chance, DAYS)} if now_and_then(chance, 0.6) else {})


def _caps(chance: Chance) -> list[Row]:
    windows = some(chance, WINDOWS, 2)
    return [{"window": window, "limit": chance.choice([0, 1, 1, 2, 3, 3, 5, 10, 10])} for window in windows]


def _creatives(chance: Chance, line_item: Row) -> list[Row]:
    count = chance.choice([0, 1, 1, 1, 2, 3])
    # A weight of nothing is only for line items all of whose creatives weigh nothing.
    weights = [0] if now_and_then(chance, 0.1) else [1, 1, 2, 100, 2**32 - 1]
    return [_creative(chance, line_item["id"], index, weights) for index in range(count)]


def _creative(chance: Chance, line_item_id: str, index: int, weights: list[int]) -> Row:
    row = {
        "id": f"cr-{line_item_id}-{index}",
        "line_item_id": line_item_id,
        "image_url": f"https://cdn.example/{line_item_id}/{index}.jpg?size=1%2C2&x=~",
        "title": chance.choice(pools.TEXTS),
        "landing_url": chance.choice(
            ["https://shop.example/", "market://details?id=a.b", "itms-apps://apps/1"]
        ),
    }
    optional = {
        "body": chance.choice(pools.TEXTS),
        "call_to_action": chance.choice(pools.TEXTS),
        "weight": chance.choice(weights),
    }
    return row | _some_members(chance, optional, ["weight"])


def _content(chance: Chance, index: int, channels: list[Row]) -> Row:
    # Ages at the limits of the table of freshness, and contents that are not out yet.
    begun = pools.instant(chance) if now_and_then(chance, 0.4) else min(pools.BOUNDARIES)
    published = begun - chance.choice([0, 0, 3_600, 6 * 3_600, 86_400, 30 * 86_400])
    row: Row = {
        "id": f"ct-{index}",
        "channel_id": chance.choice(channels)["id"],
        "title": chance.choice(pools.TEXTS),
        "image_url": f"https://cdn.example/contents/{index}.jpg",
        "landing_url": f"https://news.example/{index}",
        "language": chance.choice(pools.LANGUAGES),
        "published_at": pools.rfc3339(published),
        "quality_ppm": chance.choice([0, 1, 500_000, 999_999, 1_000_000]),
    }
    optional = {
        "expires_at": pools.rfc3339(published + chance.choice([1, 3_600, 14_400, 400 * 86_400])),
        "categories": some(chance, pools.WORDS, 3),
        "pinned_rank": chance.choice([None, 0, 1, 1, 65_535]),
        "rating": chance.choice(pools.RATINGS),
        "targeting": targeting(chance),
    }
    return row | _some_members(chance, optional, [], 0.35)


def _rates(chance: Chance, line_item: Row) -> list[Row]:
    units = chance.sample(pools.UNITS, chance.choice([0, 1, len(pools.UNITS)]))
    return [_rates_on(chance, line_item["id"], unit_id) for unit_id in units]


def _rates_on(chance: Chance, line_item_id: str, unit_id: str) -> Row:
    row = {
        "line_item_id": line_item_id,
        "unit_id": unit_id,
        "ctr_ppm": chance.choice([0, 1, 5_000, 1_000_000]),
    }
    return row | ({"cvr_ppm": chance.choice([0, 33_333, 1_000_000])} if now_and_then(chance, 0.7) else {})


def _some_members(chance: Chance, members: Row, kept: list[str], probability: float = 0.6) -> Row:
    """The kept members, and each other one with a probability."""
    return {
        name: value for name, value in members.items() if name in kept or now_and_then(chance, probability)
    }
