"""What events cost, in whole numbers.

A thousand impressions have a price, so an impression costs a thousandth of the price that its event
carries. Sums are therefore kept in billionths of a currency's unit (nanos), in which nothing is
rounded. An action and an install cost nothing yet, because no conversions are recorded.

Amounts of several currencies are compared as `worth`: nanos times what the currency is worth in the
catalog's, in millionths. Only what is shown or stored in a currency is divided, and rounded down.
"""

from collections.abc import Mapping

NANOS_PER_MICRO = 1_000


def spend_nanos(cpm_price_micros: int, cpc_price_micros: int) -> int:
    """What impressions and clicks cost, given the sums of their prices."""
    return cpm_price_micros + cpc_price_micros * NANOS_PER_MICRO


def to_micros(nanos: int) -> int:
    return nanos // NANOS_PER_MICRO


def worth(nanos_by_currency: Mapping[str, int], rates_ppm: Mapping[str, int]) -> int:
    """Amounts of several currencies, added up. A currency without an exchange rate adds nothing:
    no catalog could sell at it.
    """
    return sum(nanos * rates_ppm.get(currency, 0) for currency, nanos in nanos_by_currency.items())


def worth_of_micros(micros: int, rate_ppm: int) -> int:
    return micros * NANOS_PER_MICRO * rate_ppm


def micros_of_worth(worth: int, rate_ppm: int) -> int:
    """A worth in a currency: whole micros. What is left below one is not charged."""
    return worth // (rate_ppm * NANOS_PER_MICRO)
