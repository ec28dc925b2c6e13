"""Units, exchange rates and rates."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adops.admin.base import ArchivableAdmin, RowAdmin
from adops.admin.figures import FiguresOfPage
from adops.amounts import MICROS, PPM_PER_PERCENT, format_scaled
from adops.forms.items import ExchangeRateForm, RatesForm, UnitForm
from adops.models import ExchangeRate, LineItem, Rates, Unit
from adops.selectors.performance import impressions_of_unit
from adops.selectors.warnings import warnings_of_unit


@admin.register(Unit)
class UnitAdmin(FiguresOfPage, ArchivableAdmin):
    form = UnitForm
    figures_by = "unit"
    archive_consequence = _(
        "Requests of phones for these units are answered with 404 once that is published."
    )
    list_display = (
        *("public_id", "name", "app_id", "status", "ads", "floor", "timezone", "language"),
        *("all_impressions", "all_clicks", "all_invalid_clicks", "all_ctr"),
    )
    list_filter = ("status", "content_rating", "language", "timezone")
    search_fields = ("public_id", "name", "app_id")
    fieldsets = (
        (None, {"fields": ("name", "public_id", "app_id", "status", ("timezone", "language"))}),
        (_("Lock screen"), {"fields": (("ad_ratio_ppm", "first_slot", "minimum_gap"),)}),
        (
            _("Answers"),
            {"fields": ("default_count", ("horizon_seconds", "refresh_seconds"), "lends_to_devices")},
        ),
        (
            _("Allowed content"),
            {
                "fields": (
                    ("floor_price_micros", "advertiser_slots_max"),
                    "content_rating",
                    "blocked_categories",
                    "blocked_advertisers",
                )
            },
        ),
        (_("Web pages"), {"fields": ("origins",)}),
        (_("History"), {"fields": ("created_at", "updated_at"), "classes": ("collapse",)}),
    )

    def warnings_of(self, row: Unit) -> list[str]:
        return warnings_of_unit(row)

    def dependents_of(self, row: Unit) -> str:
        count = impressions_of_unit(row.public_id, timezone.now())
        text = ngettext(
            "%(count)s impression in the last 24 hours", "%(count)s impressions in the last 24 hours", count
        )
        return text % {"count": f"{count:,}"}

    @admin.display(description=_("Ads"), ordering="ad_ratio_ppm")
    def ads(self, unit: Unit) -> str:
        return f"{format_scaled(unit.ad_ratio_ppm, PPM_PER_PERCENT)} %"

    @admin.display(description=_("Floor price"), ordering="floor_price_micros")
    def floor(self, unit: Unit) -> str:
        return format_scaled(unit.floor_price_micros, MICROS)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ArchivableAdmin):
    form = ExchangeRateForm
    fixed_fields = ("currency",)
    archive_consequence = _("Line items and campaigns that have them keep them, and go on being served.")
    list_display = ("currency", "rate", "status", "updated_at")
    list_filter = ("status",)
    search_fields = ("currency",)
    fields = ("currency", "rate_ppm", "status", "created_at", "updated_at")

    def dependents_of(self, row: ExchangeRate) -> str:
        count = LineItem.objects.filter(currency=row).count()
        return ngettext("%(count)s line item", "%(count)s line items", count) % {"count": f"{count:,}"}

    @admin.display(description=_("Rate"), ordering="rate_ppm")
    def rate(self, exchange_rate: ExchangeRate) -> str:
        return format_scaled(exchange_rate.rate_ppm, MICROS)


@admin.register(Rates)
class RatesAdmin(RowAdmin):
    form = RatesForm
    fixed_fields = ("line_item", "unit")
    list_display = ("line_item", "unit", "ctr", "cvr", "updated_at")
    list_filter = ("unit",)
    list_select_related = ("line_item", "unit")
    search_fields = ("line_item__name", "line_item__public_id", "unit__public_id")
    autocomplete_fields = ("line_item", "unit")
    fields = ("line_item", "unit", "ctr_ppm", "cvr_ppm", "created_at", "updated_at")

    @admin.display(description=_("Clicks per impression"), ordering="ctr_ppm")
    def ctr(self, rates: Rates) -> str:
        return f"{format_scaled(rates.ctr_ppm, PPM_PER_PERCENT)} %"

    @admin.display(description=_("Conversions per click"), ordering="cvr_ppm")
    def cvr(self, rates: Rates) -> str:
        return f"{format_scaled(rates.cvr_ppm, PPM_PER_PERCENT)} %"
