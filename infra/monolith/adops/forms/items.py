"""The forms of the admin."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from adops.amounts import MICROS
from adops.forms.caps import CapsField
from adops.forms.fields import (
    CountField,
    KeepsUntouched,
    LabelsField,
    ListField,
    MoneyField,
    PercentField,
    ScaledField,
    TextBackedField,
)
from adops.forms.hours import format_dayparts, parse_dayparts
from adops.forms.targeting import TargetingForm
from adops.models import Advertiser
from adops.rules.known_codes import require_known_language
from adops.rules.vocabulary import canonical_origin


class AdvertiserForm(KeepsUntouched):
    caps = CapsField()


class CampaignForm(KeepsUntouched):
    caps = CapsField()
    budget_micros = MoneyField(
        label=_("Budget"),
        required=False,
        currency_field="budget_currency",
        help_text=_("In units of its currency, such as 1,500,000 or 150만. Empty: no limit."),
    )
    daily_budget_micros = MoneyField(
        label=_("Daily budget"),
        required=False,
        currency_field="budget_currency",
        help_text=_("Of each day in the campaign's time zone. Empty: no limit."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields.get("timezone")
        # A read-only form has no fields.
        if field is not None and not self.instance.pk:
            field.initial = str(settings.ADMIN_TIME_ZONE)
            self.initial.pop("timezone", None)


class LineItemForm(TargetingForm):
    caps = CapsField()
    price_micros = MoneyField(
        label=_("Price"),
        currency_field="currency",
        help_text=_("In units of its currency: per 1,000 impressions, click, action or install."),
    )
    dayparts = TextBackedField(
        label=_("Hours"),
        format_value=format_dayparts,
        parse=parse_dayparts,
        required=False,
        help_text=_(
            "On the user's own clock, such as Mon-Fri 09-18; Sat 22-02, or weekdays 9am-6pm. Empty: always."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    categories = LabelsField(label=_("Categories"))
    exclusion_labels = LabelsField(
        label=_("Exclusion labels"),
        help_text=_("Of the line items that share a label, a lock screen shows one at a time."),
    )
    goal_count = CountField(
        label=_("Goal"), required=False, help_text=_("Such as 1,000,000 or 100만. Empty: none.")
    )
    share_ppm = PercentField(
        label=_("Share of voice (%)"),
        required=False,
        help_text=_("Of a sponsorship: of the requests that it fits. Empty: all of them."),
    )
    default_ctr_ppm = PercentField(
        label=_("Expected clicks per impression (%)"),
        required=False,
        help_text=_("On units for which no rates are typed or learned. Empty: what was learned."),
    )


class KnownLanguage(forms.ModelForm):
    """A form of a row with a language: one that exists."""

    def clean_language(self) -> str:
        code: str = self.cleaned_data["language"]
        if code != self.initial.get("language"):
            require_known_language(code)
        return code


class ContentForm(KnownLanguage, TargetingForm):
    categories = LabelsField(label=_("Categories"))
    quality_ppm = PercentField(label=_("Quality (%)"), help_text=_("0 to 100."))


class UnitForm(KnownLanguage, KeepsUntouched):
    ad_ratio_ppm = PercentField(label=_("Ads among all slots (%)"), help_text=_("0 to 100."))
    floor_price_micros = MoneyField(label=_("Floor price (eCPM)"), help_text=_("In the catalog's currency."))
    blocked_categories = LabelsField(label=_("Blocked categories"))
    origins = ListField(
        label=_("Web origins"),
        read=canonical_origin,
        help_text=_(
            "Of the web pages that may read answers for this unit, such as https://www.example.com,"
            " separated by commas. Empty: none."
        ),
    )
    blocked_advertisers = forms.MultipleChoiceField(
        label=_("Blocked advertisers"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields.get("blocked_advertisers")
        # A read-only form has no fields.
        if isinstance(field, forms.MultipleChoiceField):
            offered = {row.public_id: str(row) for row in Advertiser.objects.all()}
            chosen = {public_id: public_id for public_id in self.instance.blocked_advertisers}
            field.choices = list({**chosen, **offered}.items())


class RatesForm(KeepsUntouched):
    ctr_ppm = PercentField(label=_("Clicks per impression (%)"))
    cvr_ppm = PercentField(label=_("Conversions per click (%)"))


class ExchangeRateForm(KeepsUntouched):
    rate_ppm = ScaledField(
        scale=MICROS,
        label=_("Rate"),
        help_text=_("What one unit is worth in the catalog's currency, whose own rate is 1."),
    )
