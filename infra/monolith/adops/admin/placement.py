"""Units, exchange rates and rates."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from adops.admin.base import RowAdmin
from adops.amounts import MICROS, PPM_PER_PERCENT, format_scaled
from adops.forms.items import ExchangeRateForm, RatesForm, UnitForm
from adops.models import ExchangeRate, Rates, Unit
from adops.selectors.warnings import warnings_of_unit


@admin.register(Unit)
class UnitAdmin(RowAdmin):
    form = UnitForm
    list_display = ("public_id", "name", "app_id", "ads", "floor", "timezone", "language")
    list_filter = ("content_rating", "language", "timezone")
    search_fields = ("public_id", "name", "app_id")
    fieldsets = (
        (None, {"fields": ("name", "public_id", "app_id", ("timezone", "language"))}),
        (_("Lock screen"), {"fields": (("ad_ratio_ppm", "first_slot", "minimum_gap"),)}),
        (_("Answers"), {"fields": ("default_count", ("horizon_seconds", "refresh_seconds"))}),
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

    @admin.display(description=_("Ads"), ordering="ad_ratio_ppm")
    def ads(self, unit: Unit) -> str:
        return f"{format_scaled(unit.ad_ratio_ppm, PPM_PER_PERCENT)} %"

    @admin.display(description=_("Floor price"), ordering="floor_price_micros")
    def floor(self, unit: Unit) -> str:
        return format_scaled(unit.floor_price_micros, MICROS)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(RowAdmin):
    form = ExchangeRateForm
    fixed_fields = ("currency",)
    list_display = ("currency", "rate", "updated_at")
    search_fields = ("currency",)
    fields = ("currency", "rate_ppm", "created_at", "updated_at")

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
