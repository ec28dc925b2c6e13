"""Cells of lists: money, dates, states and images, formatted for operators."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from adops.amounts import format_money
from adops.forms.dates import format_end, format_instant
from delivery.money import to_micros
from delivery.selectors.delivered import Delivered
from delivery.selectors.delivered import campaigns as delivered_campaigns

# Within these days a weekday names the date.
_WEEKDAY_DAYS = 6

_COLORS = {
    "serving": "good",
    "starts_later": "soon",
    "not_published": "soon",
    "outside_hours": "soon",
}
_QUIET = (
    "archived",
    "paused",
    "campaign_paused",
    "campaign_archived",
    "all_paused",
    "channel_archived",
    "ended",
    "expired",
    "goal_reached",
)


def state_badge(row: Any, labels: type[TextChoices]) -> SafeString:
    """The state of a row of `selectors.states`: `serving`, `starts Monday 09:00`, `no creative`."""
    label = str(labels(row.state).label)
    if row.state == "starts_later":
        label = describe_start(row.opens_at, timezone.now())
    color = _COLORS.get(row.state, "quiet" if row.state in _QUIET else "bad")
    return format_html('<span class="state state-{}">{}</span>', color, label)


def describe_start(starts_at: datetime, now: datetime) -> str:
    local = timezone.localtime(starts_at)
    days = (local.date() - timezone.localtime(now).date()) / timedelta(days=1)
    if days == 0:
        return _("starts today %(time)s") % {"time": date_format(local, "H:i")}
    if days <= _WEEKDAY_DAYS:
        when = {"weekday": date_format(local, "l"), "time": date_format(local, "H:i")}
        return _("starts %(weekday)s %(time)s") % when
    return _("starts %(date)s") % {"date": date_format(local, "Y-m-d")}


def flight(starts_at: datetime | None, ends_at: datetime | None) -> SafeString:
    """The beginning, and the end below it to keep the list narrow."""
    return format_html(
        '<span class="flight">{} –<br>{}</span>', format_instant(starts_at), format_end(ends_at)
    )


def link_to(row: Model, text: str) -> SafeString:
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(page, args=[row.pk]), text)


def image_preview(image_url: str) -> SafeString:
    """The image, small. The browser sends no referrer to its host."""
    if not image_url:
        return SafeString("")
    return format_html(
        '<img class="preview" src="{}" alt="" loading="lazy" referrerpolicy="no-referrer">',
        image_url,
    )


def click_rate(row: Any) -> str:
    """Clicks per impression in percent, such as `0.52 %`; empty without impressions."""
    if row.impressions <= 0:
        return ""
    hundredths = row.clicks * 10_000 // row.impressions
    return f"{hundredths // 100}.{hundredths % 100:02} %"


def spent_by_currency(campaign_id: str) -> str:
    """What a campaign without a currency of its own has spent: `₩1,200, $3.00`."""
    return money_by_currency(delivered_campaigns([campaign_id]).get(campaign_id, Delivered()))


def money_by_currency(delivered: Delivered) -> str:
    """What was spent: `₩1,200, $3.00`."""
    spent = delivered.spent_nanos
    return ", ".join(format_money(to_micros(spent[currency]), currency) for currency in sorted(spent))
