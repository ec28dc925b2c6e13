"""Why an event does not count, and why a request was not filled, in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from adops.labels import dimension_label
from delivery.models import EventKind
from kernel.dimensions import DIMENSIONS

KINDS: dict[str, Any] = {EventKind.IMPRESSION: _("impression"), EventKind.CLICK: _("click")}
CLASSES: dict[str, Any] = {
    "expired": _("the link had expired"),
    "blocked": _("the creative or content was blocked"),
    "withdrawn": _("the creative or content was withdrawn"),
    "bot": _("crawler or link scanner"),
    "prefetch": _("fetched before a person followed the link"),
    "too_fast": _("click too soon after the slot was issued"),
    "burst": _("too many events in a minute"),
    "no_impression": _("click without an impression"),
}
ALLOCATIONS: dict[str, Any] = {
    "ads": _("ads"),
    "contents": _("contents"),
    "lockscreen": _("lock screens"),
}
_RULES: dict[str, Any] = {
    "flight": _("dates"),
    "minimum_interval": _("shown too recently"),
    "dayparting": _("hours of the week"),
    "blocked_category": _("blocked category"),
    "blocked_advertiser": _("blocked advertiser"),
    "content_rating": _("content rating"),
    "floor_price": _("floor price"),
    "budget": _("budget spent"),
    "pacing": _("pacing"),
    "unknown_history": _("history unknown, hard cap"),
    "frequency_cap": _("frequency cap"),
    "ad_ratio": _("free of ads"),
    "advertiser_limit": _("slots of one advertiser"),
    "exclusion_label": _("exclusion label"),
    "no_creative": _("no creative left"),
    "not_reached": _("slate full"),
    "empty_catalog": _("nothing to show"),
}


def class_label(event_class: str) -> str:
    return str(CLASSES.get(event_class, event_class))


def reason_label(rule: str) -> str:
    """What most items were kept out by."""
    dimension = next((each for each in DIMENSIONS if each.name == rule), None)
    return str(dimension_label(dimension) if dimension else _RULES.get(rule, rule))
