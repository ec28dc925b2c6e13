"""Warnings about rows that can be published and are likely a mistake. The admin shows them after a
row is saved.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adops.labels import WINDOW_LABELS, dimension_label
from adops.models import Campaign, Content, FirstSlot, GoalKind, LineItem, Status, Unit
from adops.rules.contradictions import (
    has_cap_of_zero,
    impossible_dimensions,
    pointless_caps,
)
from adops.rules.schedule import lowest_limits
from adops.selectors.reach import reach_of
from adops.selectors.unknown_words import about_words
from delivery.selectors.delivered import line_items as delivered_line_items


def warnings_of_line_item(line_item: LineItem, now: datetime) -> list[str]:
    return [
        *_about_flight(line_item, now),
        *_about_targeting(line_item.targeting),
        *about_words(line_item),
        *_about_line_items_caps(line_item),
        *_about_units(line_item),
        *_about_creatives(line_item),
        *_about_goal(line_item),
    ]


def warnings_of_campaign(campaign: Campaign, now: datetime) -> list[str]:
    warnings = list(_about_caps(campaign.caps, campaign.advertiser.caps))
    if campaign.ends_at and campaign.ends_at <= now:
        warnings.append(_("The campaign has ended."))
    if campaign.budget_micros is not None and campaign.spent_micros >= campaign.budget_micros:
        warnings.append(_("The budget is spent."))
    daily_micros, budget_micros = campaign.daily_budget_micros, campaign.budget_micros
    if daily_micros is not None and budget_micros is not None and daily_micros > budget_micros:
        warnings.append(_("The daily budget is larger than the budget: it never ends a day."))
    return warnings


def warnings_of_content(content: Content, now: datetime) -> list[str]:
    warnings = [*_about_targeting(content.targeting), *about_words(content)]
    if content.expires_at and content.expires_at <= now:
        warnings.append(_("The content has expired."))
    return warnings


def warnings_of_unit(unit: Unit) -> list[str]:
    if unit.ad_ratio_ppm == 0 and unit.first_slot == FirstSlot.AD:
        return [_("The first slot is for an ad, and no slot may have one: the unit shows contents alone.")]
    return []


def _about_flight(line_item: LineItem, now: datetime) -> Iterator[str]:
    campaign = line_item.campaign
    starts = [at for at in (line_item.starts_at, campaign.starts_at) if at]
    ends = [at for at in (line_item.ends_at, campaign.ends_at) if at]
    if ends and min(ends) <= now:
        yield _("The flight has ended.")
    elif ends and max(starts) >= min(ends):
        yield _("The dates lie outside the campaign's dates: the line item is never shown.")
    if line_item.dayparts == []:
        yield _("The schedule has no hours: the line item is never shown.")


def _about_targeting(targeting: dict[str, object]) -> Iterator[str]:
    for dimension in impossible_dimensions(targeting):
        yield _("No user matches the targeting: “%(dimension)s” contradicts itself.") % {
            "dimension": dimension_label(dimension)
        }


def _about_line_items_caps(line_item: LineItem) -> Iterator[str]:
    campaign = line_item.campaign
    yield from _about_caps(line_item.caps, [*campaign.caps, *campaign.advertiser.caps])


def _about_caps(caps: list[dict[str, object]], outer: list[dict[str, object]]) -> Iterator[str]:
    if has_cap_of_zero([*caps, *outer]):
        yield _("A cap of 0, on this row or on a row above it, allows no showing at all.")
    for window in pointless_caps(lowest_limits(caps), lowest_limits(outer)):
        yield _("The cap “%(window)s” is never reached: another cap is lower.") % {
            "window": WINDOW_LABELS[window]
        }


def _about_units(line_item: LineItem) -> Iterator[str]:
    try:
        reach = reach_of(line_item)
    except ValueError as error:
        yield _("Serving would refuse the catalog: %(problem)s.") % {"problem": error}
        return
    if not reach.units:
        yield _("No unit can show the line item: check its units, apps, categories, rating and advertiser.")
    elif reach.units_below_floor == reach.units:
        yield ngettext(
            "The price is below the floor of the %(count)s unit that could show it.",
            "The price is below the floor of all %(count)s units that could show it.",
            reach.units,
        ) % {"count": reach.units}


def _about_goal(line_item: LineItem) -> Iterator[str]:
    if line_item.goal_count is None:
        return
    sums = delivered_line_items([line_item.public_id]).get(line_item.public_id)
    kind = GoalKind(line_item.goal_kind)
    if sums and line_item.goal_count <= (sums.clicks if kind == GoalKind.CLICKS else sums.impressions):
        yield _("The goal is reached: the line item is not shown any more.")


def _about_creatives(line_item: LineItem) -> Iterator[str]:
    if not line_item.creatives.filter(status=Status.ACTIVE).exists():
        yield _("The line item has no active creative: it is not shown without one.")
