"""What rows have delivered, as columns of the queries of lists: one look at the kept sums for each
row that is shown.
"""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from delivery.hours import hour_of
from delivery.models import VALID, EventKind, Fact, ItemKind, ItemTotal
from delivery.money import NANOS_PER_MICRO

HOURS_PER_DAY = 24


def with_line_items_delivery(line_items: QuerySet[Any]) -> QuerySet[Any]:
    """Line items with `impressions`, `clicks`, `invalid_clicks` and, in the currency of the price,
    `spent_nanos`.
    """
    of_item = ItemTotal.objects.filter(item_kind=ItemKind.LINE_ITEM, item=OuterRef("public_id"))
    in_currency = of_item.filter(currency=OuterRef("currency_id"))
    return line_items.annotate(
        impressions=_sum(of_item, "item", "impressions"),
        clicks=_sum(of_item, "item", "clicks"),
        invalid_clicks=_sum(of_item, "item", "invalid_clicks"),
        spent_nanos=_sum(in_currency, "item", "cpm_price_micros")
        + _sum(in_currency, "item", "cpc_price_micros") * NANOS_PER_MICRO,
    )


def with_campaigns_delivery(campaigns: QuerySet[Any]) -> QuerySet[Any]:
    """Campaigns with `impressions`, `clicks` and `invalid_clicks`."""
    of_campaign = ItemTotal.objects.filter(campaign=OuterRef("public_id"))
    return campaigns.annotate(
        impressions=_sum(of_campaign, "campaign", "impressions"),
        clicks=_sum(of_campaign, "campaign", "clicks"),
        invalid_clicks=_sum(of_campaign, "campaign", "invalid_clicks"),
    )


def impressions_of_unit(public_id: str, now: datetime) -> int:
    """The impressions of a unit that count, of the last 24 hours."""
    first = hour_of(now) - HOURS_PER_DAY
    facts = Fact.objects.filter(unit=public_id, kind=EventKind.IMPRESSION, event_class=VALID, hour__gte=first)
    return int(facts.aggregate(sum=Sum("count"))["sum"] or 0)


def delivered_count(name: str) -> Coalesce:
    """The impressions or clicks that the line item of the outer query has delivered."""
    of_item = ItemTotal.objects.filter(item_kind=ItemKind.LINE_ITEM, item=OuterRef("public_id"))
    return _sum(of_item, "item", name)


def _sum(totals: QuerySet[ItemTotal], by: str, name: str) -> Coalesce:
    # An item has more than one row of sums if it was sold in another currency before.
    grouped = totals.order_by().values(by).annotate(sum=Sum(F(name)))
    return Coalesce(Subquery(grouped.values("sum")[:1]), 0)
