"""Rejections in words: what a rule wanted and what it found, for people who look into a campaign
that does not serve. No decision depends on it, and none of it runs unless a request asks for it.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from allocation.catalog.entities import RATINGS, Content, LineItem
from allocation.decision.context import Context
from allocation.decision.explain.caps import find_cap
from allocation.decision.explain.finding import Finding
from allocation.decision.rejection import (
    AD_RATIO,
    ADVERTISER_LIMIT,
    BLOCKED_ADVERTISER,
    BLOCKED_CATEGORY,
    BUDGET,
    CONTENT_RATING,
    DAYPARTING,
    EXCLUSION_LABEL,
    FLIGHT,
    FLOOR_PRICE,
    FREQUENCY_CAP,
    LANGUAGE,
    MINIMUM_INTERVAL,
    NO_CREATIVE,
    PACING,
    TARGETING,
    UNKNOWN_HISTORY,
    Rejection,
)
from allocation.decision.targeting import dimensions
from allocation.models.time.epoch_seconds import INSTANT_MAX, format_instant
from allocation.models.time.hour_set import describe_hours
from allocation.models.time.interval import Interval

# What is left when no rule objected to the item itself.
_FULL = Finding("a free slot", "a slate that was full before its turn came")


class Explained(NamedTuple):
    """One item, the first rule that rejected it, and what that rule wanted and found."""

    item_id: str
    rejection: Rejection
    finding: Finding


def find(item: LineItem | Content, rejection: Rejection, context: Context) -> Finding:
    """Puts a rejection into words."""
    if isinstance(item, LineItem):
        finding = _of_line_item(item, rejection, context)
    else:
        finding = _of_content(item, rejection, context)
    if finding is not None:
        return finding
    if rejection.rule in TARGETING:
        return Finding(*dimensions.explain(item.targeting, rejection.rule, context.subject))
    return _FULL


def _of_line_item(item: LineItem, rejection: Rejection, context: Context) -> Finding | None:
    if rejection.rule == FREQUENCY_CAP.rule:
        return find_cap(item, rejection, context)
    explain = _LINE_ITEM_RULES.get(rejection)
    return explain(item, context) if explain else None


def _of_content(content: Content, rejection: Rejection, context: Context) -> Finding | None:
    wanted_language = context.query.language or context.unit.language
    if rejection == FLIGHT:
        return _flight(content.flight, context)
    if rejection == LANGUAGE and content.language != wanted_language:
        return Finding(f"a content in {wanted_language}", content.language)
    if rejection == BLOCKED_CATEGORY:
        return _categories(sorted(content.categories), context)
    if rejection == CONTENT_RATING:
        return _rating(content.rating, context)
    return None


def _dayparting(item: LineItem, context: Context) -> Finding:
    hours = describe_hours(context.timeline.hours())
    wanted = "" if item.dayparts is None else describe_hours(item.dayparts)
    return Finding(wanted, f"a slate for {hours} on the user's clock")


def _minimum_interval(item: LineItem, context: Context) -> Finding:
    history = context.state.line_items.get(item.id)
    last = "nothing" if history is None else format_instant(history.last_shown_at)
    wanted = f"{item.minimum_interval_seconds} s since the last showing"
    return Finding(wanted, f"shown at {last}")


def _blocked_advertiser(item: LineItem, context: Context) -> Finding:
    blocked = ", ".join(context.unit.blocked_advertisers)
    return Finding(f"none of {blocked}", item.campaign.advertiser.id)


def _floor_price(item: LineItem, context: Context) -> Finding:
    unit = context.unit
    wanted = f"an eCPM of at least {unit.floor_price_micros} micros"
    return Finding(wanted, f"{item.ecpm_micros(unit.id)} micros")


def _budget(item: LineItem, context: Context) -> Finding:
    if context.gates.is_campaign_spent(item.campaign.id):
        return Finding("budget left", f"the budget of campaign {item.campaign.id} is spent")
    return Finding("budget or goal left", "the goal or budget of the line item is spent")


def _pacing(item: LineItem, context: Context) -> Finding:
    """How far the gate is open, and why it is closed if it is."""
    gate = context.gates.gate(item.id)
    if gate is None:
        return Finding("an open gate", "none")
    if gate.open_ppm > 0 and gate.has_closed_by(context.now):
        closed_at = format_instant(gate.closes_at)
        return Finding("an open gate", f"one that closed at {closed_at}, because no newer table came")
    if gate.open_ppm == 0:
        return Finding("an open gate", "one that is closed for now")
    share = "the gate is open to that share of users and minutes"
    wanted = f"a draw below {gate.open_ppm} of 1000000: {share}"
    return Finding(wanted, "another draw for this user in this minute")


def _unknown_history(_item: LineItem, _context: Context) -> Finding:
    found = "a hard cap, and no history to hold it against"
    return Finding("to know what the user has seen", found)


def _ad_ratio(_item: LineItem, _context: Context) -> Finding:
    return Finding("a lock screen with ads", "a unit with an ad ratio of 0")


def _no_creative(item: LineItem, _context: Context) -> Finding:
    wanted = "a creative that the slate does not show yet"
    return Finding(wanted, f"{len(item.creatives)} creatives in all")


def _advertiser_limit(item: LineItem, context: Context) -> Finding:
    wanted = f"fewer than {context.unit.advertiser_slots_max} slots of one advertiser"
    return Finding(wanted, f"as many of {item.campaign.advertiser.id}")


def _exclusion_label(item: LineItem, _context: Context) -> Finding:
    labels = " or ".join(item.exclusion_labels)
    return Finding(f"no other slot labeled {labels}", "one on this slate")


def _flight(flight: Interval | None, context: Context) -> Finding:
    wanted = "dates within its campaign's" if flight is None else _span(flight)
    return Finding(wanted, f"a slate {_span((context.begins, context.ends))}")


def _categories(found: Iterable[str], context: Context) -> Finding:
    blocked = ", ".join(context.unit.blocked_categories_in_order)
    return Finding(f"none of {blocked}", ", ".join(found))


def _rating(found: int, context: Context) -> Finding:
    return Finding(f"at most {RATINGS[context.unit.content_rating]}", RATINGS[found])


def _span(span: Interval) -> str:
    if span[1] == INSTANT_MAX:
        return f"from {format_instant(span[0])} on"
    return f"from {format_instant(span[0])} to {format_instant(span[1])}"


_LINE_ITEM_RULES: dict[Rejection, Callable[[LineItem, Context], Finding]] = {
    FLIGHT: lambda item, context: _flight(item.flight, context),
    DAYPARTING: _dayparting,
    MINIMUM_INTERVAL: _minimum_interval,
    BLOCKED_CATEGORY: lambda item, context: _categories(item.categories, context),
    BLOCKED_ADVERTISER: _blocked_advertiser,
    CONTENT_RATING: lambda item, context: _rating(item.rating, context),
    FLOOR_PRICE: _floor_price,
    BUDGET: _budget,
    PACING: _pacing,
    UNKNOWN_HISTORY: _unknown_history,
    AD_RATIO: _ad_ratio,
    NO_CREATIVE: _no_creative,
    ADVERTISER_LIMIT: _advertiser_limit,
    EXCLUSION_LABEL: _exclusion_label,
}
