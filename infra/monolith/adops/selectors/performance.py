"""What rows have delivered, as columns of the queries of lists: one look at the kept sums for each
row that is shown.
"""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from delivery.models import ItemKind, ItemTotal
from delivery.money import NANOS_PER_MICRO


def with_line_items_delivery(line_items: QuerySet[Any]) -> QuerySet[Any]:
    """Line items with `impressions`, `clicks` and, in the currency of the price, `spent_nanos`."""
    of_item = ItemTotal.objects.filter(item_kind=ItemKind.LINE_ITEM, item=OuterRef("public_id"))
    in_currency = of_item.filter(currency=OuterRef("currency_id"))
    return line_items.annotate(
        impressions=_sum(of_item, "item", "impressions"),
        clicks=_sum(of_item, "item", "clicks"),
        spent_nanos=_sum(in_currency, "item", "cpm_price_micros")
        + _sum(in_currency, "item", "cpc_price_micros") * NANOS_PER_MICRO,
    )


def with_campaigns_delivery(campaigns: QuerySet[Any]) -> QuerySet[Any]:
    """Campaigns with `impressions` and `clicks`."""
    of_campaign = ItemTotal.objects.filter(campaign=OuterRef("public_id"))
    return campaigns.annotate(
        impressions=_sum(of_campaign, "campaign", "impressions"),
        clicks=_sum(of_campaign, "campaign", "clicks"),
    )


def delivered_count(name: str) -> Coalesce:
    """The impressions or clicks that the line item of the outer query has delivered."""
    of_item = ItemTotal.objects.filter(item_kind=ItemKind.LINE_ITEM, item=OuterRef("public_id"))
    return _sum(of_item, "item", name)


def _sum(totals: QuerySet[ItemTotal], by: str, name: str) -> Coalesce:
    # An item has more than one row of sums if it was sold in another currency before.
    grouped = totals.order_by().values(by).annotate(sum=Sum(F(name)))
    return Coalesce(Subquery(grouped.values("sum")[:1]), 0)
