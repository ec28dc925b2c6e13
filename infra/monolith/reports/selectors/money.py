"""What rows of a report have spent: in the currency of their campaign's budget, else in those that they
were sold in. Nothing is rounded before it is shown, so the rows add up to their total.
"""

from collections.abc import Mapping

from adops.models import Campaign, ExchangeRate
from delivery.money import micros_of_worth

# By currency: a worth, in billionths of the currency times `Exchange.rate_ppm`.
Amounts = dict[str, int]


class Exchange:
    """Exchange rates, and the currencies of campaigns' budgets: two statements."""

    def __init__(self) -> None:
        self._rates_ppm = dict(ExchangeRate.objects.values_list("currency", "rate_ppm"))
        self._currencies = dict(
            Campaign.objects.filter(budget_currency__isnull=False)
            .order_by()
            .values_list("public_id", "budget_currency_id")
        )

    def rate_ppm(self, currency: str) -> int:
        """A currency without a rate is compared with no other."""
        return self._rates_ppm.get(currency) or 1

    def amounts(self, spent_nanos: Mapping[str, int], campaign: str = "") -> Amounts:
        """What was spent; that of one campaign in the currency of its budget."""
        if not spent_nanos:
            return {}
        target = self._currencies.get(campaign)
        if target is None:
            return {currency: nanos * self.rate_ppm(currency) for currency, nanos in spent_nanos.items()}
        # A currency without a rate adds nothing: no catalog could sell at it.
        worth = sum(nanos * self._rates_ppm.get(currency, 0) for currency, nanos in spent_nanos.items())
        return {target: worth} if worth else {}

    def micros(self, amounts: Amounts, currency: str) -> int | None:
        if currency not in amounts:
            return None
        return micros_of_worth(amounts[currency], self.rate_ppm(currency))

    def worth(self, amounts: Amounts) -> int:
        """To sort by: what amounts of all currencies are worth."""
        return sum(worth for currency, worth in amounts.items() if currency in self._rates_ppm)


def add(amounts: Amounts, more: Amounts) -> None:
    for currency, worth in more.items():
        amounts[currency] = amounts.get(currency, 0) + worth
