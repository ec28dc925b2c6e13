"""Rules in words: what an item wants, what the phone has, and the field that says so."""

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adops.amounts import PPM, PPM_PER_PERCENT, format_money, format_scaled
from adops.forms.dates import format_end, format_instant
from adops.forms.describing import describe
from adops.forms.hours import format_dayparts
from adops.forms.targeting_fields import TARGETING_FIELDS, condition_of, field_names
from adops.labels import WINDOW_LABELS, dimension_label
from adops.models import Content, ExchangeRate, LineItem, Unit
from adops.models.choices import Rating
from kernel.dimensions import DIMENSIONS

Check = dict[str, Any]
_DIMENSION_BY_NAME = {dimension.name: dimension for dimension in DIMENSIONS}
_LABELS = {
    "flight": gettext_lazy("Dates"),
    "content_language": gettext_lazy("Language of the content"),
    "minimum_interval": gettext_lazy("Time between two showings"),
    "dayparting": gettext_lazy("Hours"),
    "blocked_category": gettext_lazy("Blocked categories"),
    "blocked_advertiser": gettext_lazy("Blocked advertisers"),
    "content_rating": gettext_lazy("Rating"),
    "floor_price": gettext_lazy("Floor price"),
    "budget": gettext_lazy("Budget and goal"),
    "pacing": gettext_lazy("Pacing"),
    "unknown_history": gettext_lazy("Known history"),
    "frequency_cap": gettext_lazy("Caps"),
    "ad_ratio": gettext_lazy("Ads on the unit"),
    "advertiser_limit": gettext_lazy("Slots of one advertiser"),
    "exclusion_label": gettext_lazy("Exclusion labels"),
    "no_creative": gettext_lazy("Creatives"),
    "not_reached": gettext_lazy("Place"),
}
_FOUND = {
    "not sent": gettext_lazy("not sent"),
    "history unknown": gettext_lazy("history unknown"),
    "a new one": gettext_lazy("a new user"),
    "a returning one": gettext_lazy("a returning user"),
    "M": gettext_lazy("man"),
    "F": gettext_lazy("woman"),
    "X": gettext_lazy("other"),
}


class Line(NamedTuple):
    """One rule: its name, whether the item meets it, both sides in words, and where to change it."""

    rule: str
    label: str
    passes: bool
    wanted: str
    found: str
    link: str


class Words:
    """Puts the checks of one item on one unit into words."""

    def __init__(self, item: LineItem | Content, unit: Unit | None, document: dict[str, Any]) -> None:
        self._item, self._unit = item, unit
        self._row: dict[str, Any] = document["row"] or {}
        self._screen: dict[str, Any] = document["screen"]
        base = ExchangeRate.objects.filter(rate_ppm=PPM).order_by("currency").first()
        self._currency = base.currency if base else ""

    def lines(self, checks: list[Check]) -> list[Line]:
        return [self._line(check) for check in checks]

    def money(self, micros: int) -> str:
        return format_money(micros, self._currency)

    def _line(self, check: Check) -> Line:
        name = check["rule"]
        dimension = _DIMENSION_BY_NAME.get(name) if check.get("is_targeting") else None
        label = str(dimension_label(dimension) if dimension else _LABELS.get(name, name))
        wanted = found = ""
        if dimension:
            wanted = self._condition(field_names(dimension))
            found = _in_words(check.get("found", ""))
        elif write := _WRITERS.get(name):
            wanted, found = write(self, check)
        return Line(name, label, check["passes"], wanted, found, self._link(check))

    def _condition(self, names: tuple[str, ...]) -> str:
        targeting = self._row.get("targeting", {})
        parts = []
        for name in names:
            value = condition_of(targeting, name)
            if value is not None:
                member = str(TARGETING_FIELDS[name].label).partition(": ")[2]
                text = describe(TARGETING_FIELDS[name], value)
                parts.append(f"{member} {text}" if member else text)
        return "; ".join(parts)

    def _flight(self, check: Check) -> tuple[str, str]:
        numbers = check["numbers"]
        if "starts_at" not in numbers:
            return _("dates within those of the campaign"), _("none")
        ends = numbers.get("ends_at")
        wanted = f"{format_instant(_instant(numbers['starts_at']))} – {format_end(_instant(ends))}"
        return wanted, self._slate()

    def _slate(self) -> str:
        until = datetime.fromisoformat(self._screen["valid_until"])
        now = datetime.fromisoformat(self._screen["outlook"]["now"])
        return _("a screen for %(from)s to %(until)s") % {
            "from": format_instant(now),
            "until": format_instant(until),
        }

    def _language(self, check: Check) -> tuple[str, str]:
        return self._row.get("language", ""), _in_words(check.get("wanted", "").rpartition(" ")[2])

    def _interval(self, check: Check) -> tuple[str, str]:
        numbers = check["numbers"]
        wanted = _("%(seconds)s seconds between two showings") % {"seconds": f"{numbers['seconds']:,}"}
        if "last_shown_at" not in numbers:
            return wanted, _("not shown yet")
        return wanted, _("shown at %(time)s") % {"time": format_instant(_instant(numbers["last_shown_at"]))}

    def _hours(self, _check: Check) -> tuple[str, str]:
        return format_dayparts(self._row.get("dayparts")), self._slate()

    def _categories(self, _check: Check) -> tuple[str, str]:
        blocked = ", ".join(self._unit.blocked_categories) if self._unit else ""
        return _("none of %(list)s") % {"list": blocked}, ", ".join(self._row.get("categories", []))

    def _advertisers(self, _check: Check) -> tuple[str, str]:
        blocked = ", ".join(self._unit.blocked_advertisers) if self._unit else ""
        advertiser = self._item.campaign.advertiser if isinstance(self._item, LineItem) else ""
        return _("none of %(list)s") % {"list": blocked}, str(advertiser)

    def _rating(self, _check: Check) -> tuple[str, str]:
        highest = self._unit.get_content_rating_display() if self._unit else ""
        found = Rating(self._row.get("rating", Rating.EVERYONE.value)).label
        return _("at most %(rating)s") % {"rating": highest}, str(found)

    def _floor(self, check: Check) -> tuple[str, str]:
        numbers = check["numbers"]
        wanted = _("an eCPM of at least %(money)s") % {"money": self.money(numbers["wanted_micros"])}
        return wanted, _("an eCPM of %(money)s") % {"money": self.money(numbers["found_micros"])}

    def _budget(self, check: Check) -> tuple[str, str]:
        if check["passes"]:
            return _("budget and goal left"), _("left")
        spent = _("the budget of the campaign is spent")
        reached = _("the budget or the goal of the line item is used up")
        return _("budget and goal left"), spent if check["numbers"].get("of_campaign") else reached

    def _pacing(self, check: Check) -> tuple[str, str]:
        open_ppm = check["numbers"].get("open_ppm", PPM)
        share = f"{format_scaled(open_ppm, PPM_PER_PERCENT)} %"
        if check["passes"]:
            return _("an open gate"), _("open to %(share)s of users and minutes") % {"share": share}
        if open_ppm == 0:
            return _("an open gate"), _("closed for now, so that the budget lasts")
        text = _("open to %(share)s of users and minutes, and not to this one")
        return _("an open gate"), text % {"share": share}

    def _history(self, check: Check) -> tuple[str, str]:
        return _("to know what the user has seen"), _("known") if check["passes"] else _("history unknown")

    def _cap(self, check: Check) -> tuple[str, str]:
        numbers = check["numbers"]
        of = {"line_item": _("line item"), "campaign": _("campaign"), "advertiser": _("advertiser")}
        values = {
            "scope": of[check["scope"]],
            "limit": f"{numbers['limit']:,}",
            "window": WINDOW_LABELS[check["window"]],
        }
        wanted = _("%(scope)s: at most %(limit)s %(window)s") % values
        return wanted, _("%(seen)s seen") % {"seen": f"{numbers['seen']:,}"}

    def _ratio(self, check: Check) -> tuple[str, str]:
        return _("a unit with ads"), "" if check["passes"] else _("a unit with an ad ratio of 0")

    def _creatives(self, check: Check) -> tuple[str, str]:
        return _("an active creative"), "" if check["passes"] else _("none")

    def _link(self, check: Check) -> str:
        """The field that fixes it."""
        name = check["rule"]
        own = reverse(f"admin:adops_{self._item._meta.model_name}_change", args=[self._item.pk])
        if check.get("is_targeting") and name in _DIMENSION_BY_NAME:
            return f"{own}#id_{field_names(_DIMENSION_BY_NAME[name])[0]}"
        if name in _UNIT_FIELDS and self._unit:
            unit = reverse("admin:adops_unit_change", args=[self._unit.pk])
            return f"{unit}#id_{_UNIT_FIELDS[name]}"
        if isinstance(self._item, Content):
            return f"{own}#id_{_CONTENT_FIELDS.get(name, 'title')}"
        campaign = self._item.campaign
        if name == "frequency_cap" and check["scope"] == "advertiser":
            return f"{reverse('admin:adops_advertiser_change', args=[campaign.advertiser_id])}#id_caps_0"
        if name in ("frequency_cap", "budget") and (
            check.get("scope") == "campaign" or check["numbers"].get("of_campaign")
        ):
            field = "budget_micros" if name == "budget" else "caps_0"
            return f"{reverse('admin:adops_campaign_change', args=[campaign.pk])}#id_{field}"
        return f"{own}#id_{_LINE_ITEM_FIELDS.get(name, 'name')}"


_Writer = Callable[[Words, Check], tuple[str, str]]
_WRITERS: dict[str, _Writer] = {
    "flight": Words._flight,
    "content_language": Words._language,
    "minimum_interval": Words._interval,
    "dayparting": Words._hours,
    "blocked_category": Words._categories,
    "blocked_advertiser": Words._advertisers,
    "content_rating": Words._rating,
    "floor_price": Words._floor,
    "budget": Words._budget,
    "pacing": Words._pacing,
    "unknown_history": Words._history,
    "frequency_cap": Words._cap,
    "ad_ratio": Words._ratio,
    "no_creative": Words._creatives,
}
_UNIT_FIELDS = {
    "blocked_category": "blocked_categories",
    "blocked_advertiser": "blocked_advertisers",
    "content_rating": "content_rating",
    "ad_ratio": "ad_ratio_ppm",
    "advertiser_limit": "advertiser_slots_max",
}
_LINE_ITEM_FIELDS = {
    "flight": "starts_at_0",
    "minimum_interval": "minimum_interval_seconds",
    "dayparting": "dayparts",
    "floor_price": "price_micros",
    "budget": "goal_count",
    "pacing": "delivery",
    "unknown_history": "cap_kind",
    "frequency_cap": "caps_0",
    "exclusion_label": "exclusion_labels",
    "no_creative": "creatives-0-title",
}
_CONTENT_FIELDS = {"flight": "published_at_0", "content_language": "language"}


def label_of_rule(rule: str) -> str:
    dimension = _DIMENSION_BY_NAME.get(rule)
    return str(dimension_label(dimension) if dimension else _LABELS.get(rule, rule))


def _in_words(found: str) -> str:
    return str(_FOUND.get(found, found))


def _instant(epoch_seconds: int | None) -> datetime | None:
    return None if epoch_seconds is None else datetime.fromtimestamp(epoch_seconds, timezone.utc)
