"""What a campaign is billed: what it has spent, and never more than its budget.

What was delivered beyond the budget is counted and not billed. Events are billed in the order in
which they arrived, so what was billed once stays billed. All amounts are exact: the parts of any
breakdown add up to the whole.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from adops.models import Campaign, ExchangeRate
from delivery.hours import day_of, zone_of
from delivery.models import VALID, EventKind, Fact
from delivery.money import NANOS_PER_MICRO, micros_of_worth, worth, worth_of_micros
from delivery.selectors.delivered import Delivered, Group, delivered, delivered_by_day

# What facts can be grouped by: as `delivery.selectors.delivered.DIMENSIONS`, and by the day of the
# campaign's zone, which comes first.
DAY = "day"
_NEWEST_FIRST = tuple(
    f"-{name}" for name in ("arrival_hour", "hour", "item", "creative", "unit", "kind", "currency", "id")
)


class Billing(NamedTuple):
    """Amounts in the campaign's currency, times `scale`, which makes them whole numbers."""

    spent: int
    billed: int
    scale: int

    @property
    def unbilled(self) -> int:
        return self.spent - self.billed

    def micros(self, amount: int) -> int:
        return micros_of_worth(amount, self.scale // NANOS_PER_MICRO)


def billing_of(campaign: Campaign) -> Billing:
    """All that a campaign has spent. It has a currency."""
    return billing_by(campaign, ()).get((), Billing(0, 0, _rates(campaign)[1] * NANOS_PER_MICRO))


def billing_by(campaign: Campaign, by: Sequence[str]) -> dict[Group, Billing]:
    """The same by line item (`item`), creative, unit, hour or day."""
    rates_ppm, rate_ppm = _rates(campaign)
    where = Q(campaign=campaign.public_id)
    zone = zone_of(campaign.timezone)
    groups = delivered_by_day(zone, by[1:], where) if DAY in by[:1] else delivered(by, where)
    spent = {group: worth(sums.spent_nanos, rates_ppm) for group, sums in groups.items()}
    unbilled = dict.fromkeys(spent, 0)
    if campaign.budget_micros is not None:
        excess = sum(spent.values()) - worth_of_micros(campaign.budget_micros, rate_ppm)
        for group, amount in _beyond(campaign, by, excess, rates_ppm):
            unbilled[group] += amount
    scale = rate_ppm * NANOS_PER_MICRO
    return {group: Billing(amount, amount - unbilled[group], scale) for group, amount in spent.items()}


def ran_out_at(campaign: Campaign) -> int | None:
    """The arrival hour in which the budget ran out; None if it has not."""
    rates_ppm, rate_ppm = _rates(campaign)
    if campaign.budget_micros is None:
        return None
    sums = delivered((), Q(campaign=campaign.public_id)).get((), Delivered())
    excess = worth(sums.spent_nanos, rates_ppm) - worth_of_micros(campaign.budget_micros, rate_ppm)
    hours = [hour for (hour,), _amount in _beyond(campaign, ("arrival_hour",), excess, rates_ppm)]
    return hours[-1] if hours else None


def _beyond(campaign: Campaign, by: Sequence[str], excess: int, rates_ppm: dict[str, int]) -> Any:
    """The newest parts of what was spent, of these groups, until they make up an amount."""
    if excess <= 0:
        return
    zone = zone_of(campaign.timezone)
    costs = Q(kind=EventKind.IMPRESSION, pricing="cpm") | Q(kind=EventKind.CLICK, pricing="cpc")
    facts = Fact.objects.filter(costs, campaign=campaign.public_id, event_class=VALID, price_micros__gt=0)
    for fact in facts.order_by(*_NEWEST_FIRST).iterator(2_000):
        nanos = fact.price_micros * (NANOS_PER_MICRO if fact.pricing == "cpc" else 1)
        part = min(worth({fact.currency: nanos}, rates_ppm), excess)
        yield (
            tuple(day_of(fact.hour, zone) if name == DAY else getattr(fact, name) for name in by),
            part,
        )
        excess -= part
        if not excess:
            return


def _rates(campaign: Campaign) -> tuple[dict[str, int], int]:
    rates_ppm = dict(ExchangeRate.objects.values_list("currency", "rate_ppm"))
    return rates_ppm, rates_ppm[campaign.budget_currency_id or ""]
