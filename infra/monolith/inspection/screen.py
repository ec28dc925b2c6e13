"""A screen as the preview shows it: each slot with its picture, its hours and the reason of its place."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from adops.amounts import PPM, PPM_PER_PERCENT, format_money, format_scaled
from adops.models import Content, ExchangeRate, LineItem
from adops.models.choices import Pricing, Tier


class Slot(NamedTuple):
    """One slot. Texts and addresses are those that a phone gets."""

    position: int
    is_ad: bool
    name: str
    link: str
    image_url: str
    title: str
    body: str
    call_to_action: str
    hours: str
    reason: str
    pin: int | None


def slots_of(document: dict[str, Any], zone: ZoneInfo) -> list[Slot]:
    slots = document["slots"]
    names = {
        "ad": _rows(LineItem, [slot["id"] for slot in slots if slot["kind"] == "ad"]),
        "content": _rows(Content, [slot["id"] for slot in slots if slot["kind"] == "content"]),
    }
    base = ExchangeRate.objects.filter(rate_ppm=PPM).order_by("currency").first()
    currency = base.currency if base else ""
    return [_slot(slot, names[slot["kind"]].get(slot["id"]), zone, currency) for slot in slots]


def _rows(model: type[Model], public_ids: list[str]) -> dict[str, Any]:
    rows = model._default_manager.filter(public_id__in=public_ids)
    return {getattr(row, "public_id", ""): row for row in rows}


def _slot(slot: dict[str, Any], row: Any, zone: ZoneInfo, currency: str) -> Slot:
    is_ad = slot["kind"] == "ad"
    link = reverse(f"admin:adops_{row._meta.model_name}_change", args=[row.pk]) if row else ""
    reason = slot["reason"] or {}
    return Slot(
        position=slot["position"],
        is_ad=is_ad,
        name=str(row) if row else slot["id"],
        link=link,
        image_url=slot["image_url"],
        title=slot["title"],
        body=slot.get("body", ""),
        call_to_action=slot.get("call_to_action", ""),
        hours=_hours(slot, zone),
        reason=_of_ad(reason, currency) if is_ad else _of_content(reason),
        pin=reason.get("pin"),
    )


def _hours(slot: dict[str, Any], zone: ZoneInfo) -> str:
    """From when until when the phone may show it, on the user's clock."""
    begin, end = (datetime.fromisoformat(slot[name]).astimezone(zone) for name in ("show_from", "show_until"))
    if begin.date() == end.date():
        return f"{begin:%H:%M} – {end:%H:%M}"
    return f"{begin:%m-%d %H:%M} – {end:%m-%d %H:%M}"


def _of_ad(reason: dict[str, Any], currency: str) -> str:
    if not reason:
        return ""
    price = format_money(reason["price_micros"], reason["currency"])
    values = {
        "place": reason["place"],
        "of": reason["of"],
        "tier": Tier(reason["tier"]).label,
        "paid": f"{price} {Pricing(reason['pricing']).value.upper()}",
        "ecpm": format_money(reason["ecpm_micros"], currency),
    }
    return _("%(place)s of %(of)s ads that fit: %(tier)s, %(paid)s, eCPM %(ecpm)s") % values


def _of_content(reason: dict[str, Any]) -> str:
    if not reason:
        return ""
    if reason["pin"] is not None:
        return _("pinned to place %(pin)s by an editor") % {"pin": reason["pin"]}
    values = {
        "place": reason["place"],
        "of": reason["of"],
        "standing": _("seen before") if reason["standing"] == "seen" else _("not seen yet"),
        **{name: _percent(reason[f"{name}_ppm"]) for name in ("score", "affinity", "freshness", "quality")},
    }
    text = _(
        "%(place)s of %(of)s contents that fit: %(standing)s, score %(score)s "
        "(interests %(affinity)s, freshness %(freshness)s, quality %(quality)s)"
    )
    return text % values


def _percent(ppm: int) -> str:
    return f"{format_scaled(ppm, PPM_PER_PERCENT)}\u202f%"
