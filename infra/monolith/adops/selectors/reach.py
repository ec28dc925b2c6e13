"""Where a line item could be shown at all, and what it would bring there."""

from collections.abc import Iterable

from adops.models import LineItem, Pricing, Rates, Rating, Tier, Unit

_RATINGS = list(Rating)


def units_that_admit(line_item: LineItem, units: Iterable[Unit]) -> list[Unit]:
    """The units that a line item may be shown on, prices apart."""
    return [unit for unit in units if _admits(unit, line_item)]


def _admits(unit: Unit, line_item: LineItem) -> bool:
    advertiser_id = line_item.campaign.advertiser.public_id
    return (
        unit.ad_ratio_ppm > 0
        and _is_targeted(unit.public_id, line_item.targeting.get("units"))
        and _is_targeted(unit.app_id, line_item.targeting.get("apps"))
        and not set(unit.blocked_categories) & set(line_item.categories)
        and advertiser_id not in unit.blocked_advertisers
        and _RATINGS.index(line_item.rating) <= _RATINGS.index(unit.content_rating)
    )


def _is_targeted(value: str, condition: dict[str, list[str]] | None) -> bool:
    allow, deny = (condition or {}).get("allow"), (condition or {}).get("deny", [])
    return (not allow or value in allow) and value not in deny


def is_below_every_floor(line_item: LineItem, units: Iterable[Unit]) -> bool:
    """Whether none of the units would take it at its price. House ads are exempt."""
    if line_item.tier == Tier.HOUSE:
        return False
    rates = {row.unit_id: row for row in line_item.rates.all()}
    return all(
        ecpm_micros(line_item, rates.get(unit.pk)) < unit.floor_price_micros for unit in units
    )


def ecpm_micros(line_item: LineItem, rates: Rates | None) -> int:
    """Expected micros per thousand impressions, in the catalog's currency; floored step by step, as
    serving does. Without rates, clicks are worth nothing.
    """
    price = line_item.price_micros * line_item.currency.rate_ppm // 1_000_000
    if line_item.pricing == Pricing.CPM:
        return price
    if rates is None:
        return 0
    clicks = price * rates.ctr_ppm // 1_000
    return clicks if line_item.pricing == Pricing.CPC else clicks * rates.cvr_ppm // 1_000_000
