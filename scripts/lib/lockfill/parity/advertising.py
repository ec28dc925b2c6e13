"""Random rows about ads: advertisers, campaigns, line items, creatives, rates."""

from . import pools
from .dimensions import targeting
from .pools import Chance, Row, now_and_then, some, some_members

WINDOWS = ["minute", "hour", "day", "week", "lifetime"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PRICES_MICROS = [0, 1, 999_999, 1_000_000, 1_000_000, 3_000_000_000, 2**62]


def advertiser(chance: Chance, index: int) -> Row:
    """The advertiser of that number."""
    row = {"id": f"a-{index}", "name": chance.choice(pools.TEXTS)}
    return row | ({"caps": _caps(chance)} if now_and_then(chance, 0.3) else {})


def campaign(chance: Chance, index: int, advertisers: list[Row]) -> Row:
    """The campaign of that number, of one of the advertisers."""
    row = {"id": f"c-{index}", "advertiser_id": chance.choice(advertisers)["id"]}
    row |= {"name": chance.choice(pools.TEXTS), **_flight(chance, "starts_at", "ends_at", needs_start=True)}
    if now_and_then(chance, 0.3):
        row |= {"caps": _caps(chance)}
    # A budget closes a gate, and changes nothing by itself.
    if now_and_then(chance, 0.3):
        row |= {"budget_micros": chance.choice([0, 1, 2**62]), "timezone": "America/New_York"}
        row |= {"budget_currency": chance.choice(sorted(pools.CURRENCIES))}
    return row


def line_item(chance: Chance, index: int, campaigns: list[Row]) -> Row:
    """The line item of that number, of one of the campaigns."""
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
        "default_ctr_ppm": chance.choice([0, 1, 5_000, 1_000_000]),
        "goal": {"kind": chance.choice(["impressions", "clicks"]), "count": chance.choice([1, 2**63 - 1])},
        "delivery": chance.choice(["even", "front_loaded", "asap"]),
    }
    if row["tier"] == "sponsorship":
        optional["share_ppm"] = chance.choice([1, 250_000, 1_000_000])
    return row | some_members(chance, optional, [], 0.45)


def creatives(chance: Chance, line_item: Row) -> list[Row]:
    """None or a few creatives of a line item."""
    count = chance.choice([0, 1, 1, 1, 2, 3])
    # A weight of nothing is only for line items all of whose creatives weigh nothing.
    weights = [0] if now_and_then(chance, 0.1) else [1, 1, 2, 100, 2**32 - 1]
    return [_creative(chance, line_item["id"], index, weights) for index in range(count)]


def rates_by_unit(chance: Chance, line_item: Row) -> list[Row]:
    """The expected rates of a line item: on no unit, on one, or on all."""
    units = chance.sample(pools.UNITS, chance.choice([0, 1, len(pools.UNITS)]))
    return [_rates_on(chance, line_item["id"], unit_id) for unit_id in units]


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


def _daypart(chance: Chance) -> Row:
    part: Row = {
        "from_hour": chance.choice([0, 2, 9, 18, 22, 23]),
        "to_hour": chance.choice([1, 2, 9, 18, 24]),
    }
    return part | ({"days": some(chance, DAYS)} if now_and_then(chance, 0.6) else {})


def _caps(chance: Chance) -> list[Row]:
    windows = some(chance, WINDOWS, 2)
    return [{"window": window, "limit": chance.choice([0, 1, 1, 2, 3, 3, 5, 10, 10])} for window in windows]


def _creative(chance: Chance, line_item_id: str, index: int, weights: list[int]) -> Row:
    row = {
        "id": f"cr-{line_item_id}-{index}",
        "line_item_id": line_item_id,
        "image_url": f"https://cdn.example/{line_item_id}/{index}.jpg?size=1%2C2&x=~",
        "title": chance.choice(pools.TEXTS),
        "landing_url": chance.choice(
            ["https://shop.example/", "market://details?id=a.b", "itms-apps://apps.apple.com/app/id1"]
        ),
    }
    optional = {
        "body": chance.choice(pools.TEXTS),
        "call_to_action": chance.choice(pools.TEXTS),
        "weight": chance.choice(weights),
    }
    return row | some_members(chance, optional, ["weight"])


def _rates_on(chance: Chance, line_item_id: str, unit_id: str) -> Row:
    row = {
        "line_item_id": line_item_id,
        "unit_id": unit_id,
        "ctr_ppm": chance.choice([0, 1, 5_000, 1_000_000]),
    }
    return row | ({"cvr_ppm": chance.choice([0, 33_333, 1_000_000])} if now_and_then(chance, 0.7) else {})
