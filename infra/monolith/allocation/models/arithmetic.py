"""Integer arithmetic that Rust and Django share: floor division in the order written."""

from collections.abc import Iterable
from typing import NamedTuple

PPM = 1_000_000
I64_MIN, I64_MAX = -(2**63), 2**63 - 1


class Rates(NamedTuple):
    """The smoothed rates of one line item on one unit, in ppm."""

    # Clicks per impression.
    ctr_ppm: int = 0
    # Conversions per click.
    cvr_ppm: int = 0


def ecpm_micros(pricing: str, price_micros: int, rates: Rates) -> int:
    """The expected revenue of a thousand impressions, in micros of the catalog's currency.

    CPM: the price. CPC: `price * ctr_ppm / 1000`. CPA and CPI:
    `price * ctr_ppm / 1000 * cvr_ppm / 1_000_000`. A result beyond 64 bits is capped there.
    """
    if pricing == "cpm":
        return _within_64_bits(price_micros)
    per_thousand_clicks = price_micros * rates.ctr_ppm // 1_000
    if pricing == "cpc":
        return _within_64_bits(per_thousand_clicks)
    return _within_64_bits(per_thousand_clicks * rates.cvr_ppm // PPM)


def scale_ppm(amount: int, ppm: int) -> int:
    """`amount * ppm / 1_000_000`, floored."""
    return _within_64_bits(amount * ppm // PPM)


def product_ppm(factors: Iterable[int]) -> int:
    """The product of ppm factors, itself in ppm, floored after each step."""
    score = PPM
    for factor in factors:
        score = scale_ppm(score, factor)
    return score


def _within_64_bits(value: int) -> int:
    return min(max(value, I64_MIN), I64_MAX)
