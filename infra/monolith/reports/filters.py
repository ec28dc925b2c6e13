"""What a report is asked for: the form above it, and its values."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from adops.models import Campaign, Content, Creative, LineItem, Rates
from delivery.hours import zone_of
from delivery.models import ItemKind
from delivery.selectors.breakdown import Period
from reports.roles import Scope

# The page that is opened first is about so many days, today included.
DAYS_FIRST = 30
DAYS_MAX = 366
# An hour is a row, and a point of a chart.
DAYS_BY_HOUR_MAX = 8
# Of periods up to here a chart is drawn by the hour.
DAYS_CHARTED_BY_HOUR_MAX = 2
# Days whose facts no database holds, and which arithmetic of dates might not.
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_DIGITS_OF_KEYS = 19

_OF_ADS = (
    ("advertiser", _("Advertiser")),
    ("campaign", _("Campaign")),
    ("line_item", _("Line item")),
    ("creative", _("Creative")),
)
_OF_ANYTHING = (("unit", _("Unit")), ("day", _("Day")), ("hour", _("Hour")))
_OF_CONTENTS = (("content", _("Content")),)


class _DateInput(forms.DateInput):
    input_type = "date"


class _RowSelect(AutocompleteSelect):
    """A row that is found by typing. A value that no key can be is shown as no row: Django asks the
    database for it even where the field refuses it.
    """

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        known = [each for each in value if each.isascii() and each.isdigit() and len(each) < _DIGITS_OF_KEYS]
        return super().optgroups(name, known, attr)


def _chosen(model: Any, field: str, label: Any) -> forms.ModelChoiceField:
    """One row of those that a foreign key of a model leads to, found by typing."""
    key = model._meta.get_field(field)
    return forms.ModelChoiceField(
        key.related_model._default_manager.all(),
        label=label,
        required=False,
        widget=_RowSelect(key, admin.site, attrs={"data-width": "220px"}),
    )


class PeriodForm(forms.Form):
    """Days of a time zone; both ends are included."""

    first = forms.DateField(label=_("From"), widget=_DateInput)
    last = forms.DateField(label=_("Until"), widget=_DateInput)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first is None or last is None:
            return values
        if not _FIRST_DAY <= first <= _LAST_DAY or not _FIRST_DAY <= last <= _LAST_DAY:
            raise forms.ValidationError(_("Choose days from 2000 to 2099."))
        if last < first:
            raise forms.ValidationError(_("The last day is before the first."))
        days = (last - first).days + 1
        if days > DAYS_MAX:
            raise forms.ValidationError(_("Choose at most %(days)s days.") % {"days": DAYS_MAX})
        if values.get("group") == "hour" and days > DAYS_BY_HOUR_MAX:
            message = _("By the hour, choose at most %(days)s days.") % {"days": DAYS_BY_HOUR_MAX}
            raise forms.ValidationError(message)
        return values

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the days."""
        return zone_of(str(settings.ADMIN_TIME_ZONE))

    @property
    def period(self) -> Period:
        """Of a form that is valid."""
        return Period(self.zone, self.cleaned_data["first"], self.cleaned_data["last"])

    @property
    def by(self) -> str:
        return str(self.cleaned_data["group"])

    @property
    def is_by_hour(self) -> bool:
        """Whether the chart is."""
        return self.by == "hour" or len(self.period.days) <= DAYS_CHARTED_BY_HOUR_MAX


class DeliveryForm(PeriodForm):
    """The filters that an operator's scope has."""

    advertiser = _chosen(Campaign, "advertiser", _("Advertiser"))
    campaign = _chosen(LineItem, "campaign", _("Campaign"))
    line_item = _chosen(Creative, "line_item", _("Line item"))
    content = forms.CharField(label=_("Content (id)"), required=False, max_length=64)
    unit = _chosen(Rates, "unit", _("Unit"))
    group = forms.ChoiceField(label=_("By"))

    def __init__(self, data: Any, scope: Scope) -> None:
        super().__init__(data)
        self.scope = scope
        if not scope.ads:
            for name in ("advertiser", "campaign", "line_item"):
                del self.fields[name]
        if not scope.contents:
            del self.fields["content"]
        choices = [
            *(_OF_ADS if scope.ads else ()),
            *(_OF_CONTENTS if scope.contents else ()),
            *_OF_ANYTHING,
        ]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]

    def clean_content(self) -> str:
        public_id = str(self.cleaned_data["content"]).strip()
        if public_id and not Content.objects.filter(public_id=public_id).exists():
            raise forms.ValidationError(_("There is no content with this id."))
        return public_id

    @property
    def one_campaign(self) -> Campaign | None:
        """The one campaign that the report is about, if there is one."""
        line_item: LineItem | None = self.cleaned_data.get("line_item")
        chosen: Campaign | None = self.cleaned_data.get("campaign")
        return line_item.campaign if line_item and chosen is None else chosen

    @property
    def zone(self) -> ZoneInfo:
        """Of a campaign its own, in which its daily budget counts, too."""
        campaign = self.one_campaign
        return super().zone if campaign is None else zone_of(campaign.timezone)

    @property
    def where(self) -> dict[str, str]:
        """What facts must have, by the name of their field."""
        values = self.cleaned_data
        found: dict[str, str] = {}
        for name, row in (
            ("advertiser", values.get("advertiser")),
            ("campaign", values.get("campaign")),
            ("item", values.get("line_item")),
            ("unit", values["unit"]),
        ):
            if row is not None:
                found[name] = row.public_id
        is_of_ads = {"advertiser", "campaign", "item"} & set(found) or self.by in dict(_OF_ADS)
        is_of_contents = values.get("content") or self.by == "content"
        if is_of_ads or not self.scope.contents:
            found["item_kind"] = ItemKind.LINE_ITEM
        if is_of_contents or not self.scope.ads:
            # A line item of a content: of both nothing was delivered.
            found["item_kind"] = ItemKind.CONTENT
        if values.get("content"):
            found["item"] = values["content"]
        return found

    @property
    def has_spend(self) -> bool:
        return self.scope.ads and self.where.get("item_kind") != ItemKind.CONTENT


class RequestForm(PeriodForm):
    """The filters of the report of requests."""

    unit = _chosen(Rates, "unit", _("Unit"))
    group = forms.ChoiceField(
        label=_("By"),
        choices=[("unit", _("Unit")), ("day", _("Day")), ("hour", _("Hour")), ("kind", _("Kind of request"))],
    )


def first_values(now: datetime, group: str) -> dict[str, str]:
    """What a page is asked for that was opened without anything."""
    today = now.astimezone(zone_of(str(settings.ADMIN_TIME_ZONE))).date()
    return {
        "first": (today - timedelta(days=DAYS_FIRST - 1)).isoformat(),
        "last": today.isoformat(),
        "group": group,
    }
