"""Random catalogs that can always be published, in which what is seldom in real ones is frequent."""

from . import pools
from .advertising import advertiser, campaign, creatives, line_item, rates_by_unit
from .dimensions import targeting
from .pools import Chance, Row, now_and_then, some, some_members


def catalog(seed: int, number: int) -> dict[str, list[Row]]:
    """The catalog of that number: the same for the same seed, on every machine."""
    chance = Chance(f"{seed}/{number}/catalog")
    advertisers = [advertiser(chance, index) for index in range(chance.randint(1, 6))]
    campaigns = [campaign(chance, index, advertisers) for index in range(chance.randint(1, 10))]
    line_items = [
        line_item(chance, index, campaigns) for index in range(chance.choice([0, 5, 20, 40, 60, 80, 80]))
    ]
    channels = [{"id": f"ch-{index}", "name": chance.choice(pools.TEXTS)} for index in range(5)]
    contents = [_content(chance, index, channels) for index in range(chance.choice([0, 5, 20, 40, 60, 60]))]
    return {
        "units": [_unit(chance, unit_id, advertisers) for unit_id in pools.UNITS],
        "advertisers": advertisers,
        "campaigns": campaigns,
        "line_items": line_items,
        "creatives": [creative for item in line_items for creative in creatives(chance, item)],
        "channels": channels,
        "contents": contents,
        "exchange_rates": [{"currency": name, "rate_ppm": ppm} for name, ppm in pools.CURRENCIES.items()],
        "rates": [rates for item in line_items for rates in rates_by_unit(chance, item)],
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
        "mix": some_members(chance, mix, ["ad_ratio_ppm"]),
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
        "origins": some(chance, pools.ORIGINS, 3),
        "lends_to_devices": True,
    }
    return unit | some_members(chance, optional, [], 0.3)


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
    return row | some_members(chance, optional, [], 0.35)
