"""Columns of what was delivered of the rows of a page of a list: one statement for all of them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from adops.admin.columns import click_rate, money_by_currency
from delivery.columns import INVALID_CLICKS
from delivery.selectors.delivered import Delivered, totals_of


class FiguresOfPage:
    """An admin whose rows have `delivered` in its list: all that was ever delivered of them."""

    # What facts are grouped by: advertiser, item, creative or unit.
    figures_by: ClassVar[str]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        page = super().get_changelist_instance(request)  # type: ignore[misc]
        rows: list[Any] = list(page.result_list)
        sums = totals_of(self.figures_by, [row.public_id for row in rows])
        for row in rows:
            row.delivered = sums.get(row.public_id, Delivered())
        page.result_list = rows
        return page

    @admin.display(description=INVALID_CLICKS)
    def all_invalid_clicks(self, row: Any) -> str:
        return f"{row.delivered.invalid_clicks:,}"

    @admin.display(description=_("Impressions"))
    def all_impressions(self, row: Any) -> str:
        return f"{row.delivered.impressions:,}"

    @admin.display(description=_("Clicks"))
    def all_clicks(self, row: Any) -> str:
        return f"{row.delivered.clicks:,}"

    @admin.display(description=_("CTR"))
    def all_ctr(self, row: Any) -> str:
        return click_rate(row.delivered)

    @admin.display(description=_("Spent"))
    def all_spent(self, row: Any) -> str:
        return money_by_currency(row.delivered)
