"""Eligibility: whether an item may be shown on a unit at a time, rule by rule in their order."""

from allocation.catalog.entities import HARD, HOUSE, Content, LineItem, Unit
from allocation.decision.context import Context
from allocation.decision.rejection import (
    BLOCKED_ADVERTISER,
    BLOCKED_CATEGORY,
    BUDGET,
    CONTENT_RATING,
    DAYPARTING,
    FLIGHT,
    FLOOR_PRICE,
    LANGUAGE,
    MINIMUM_INTERVAL,
    PACING,
    UNKNOWN_HISTORY,
    Rejection,
)
from allocation.decision.targeting import dimensions
from allocation.models.time.epoch_seconds import plus_seconds
from allocation.models.time.interval import Interval, intersect
from allocation.models.user_state import UNKNOWN


def check_line_item(item: LineItem, context: Context) -> tuple[Interval | None, Rejection | None]:
    """When a line item may be shown within the slate, or else the first rule that rejects it."""
    show = _flight(item.flight, context)
    if show is None:
        return None, FLIGHT
    if rejection := dimensions.check(item.targeting, context.attributes):
        return None, rejection
    show = _after_minimum_interval(item, show, context)
    if show is None:
        return None, MINIMUM_INTERVAL
    if item.dayparts is not None:
        show = context.timeline.first_open(item.dayparts, show)
        if show is None:
            return None, DAYPARTING
    rejection = reject_on_unit(item, context.unit) or _reject_now(item, context)
    return (None, rejection) if rejection else (show, None)


def check_content(content: Content, context: Context) -> tuple[Interval | None, Rejection | None]:
    """When a content may be shown within the slate, or else the first rule that rejects it."""
    show = _flight(content.flight, context)
    if show is None:
        return None, FLIGHT
    rejection = dimensions.check(content.targeting, context.attributes) or reject_content_on_unit(
        content, context.unit, context.query.language
    )
    return (None, rejection) if rejection else (show, None)


def reject_on_unit(item: LineItem, unit: Unit) -> Rejection | None:
    """The rules that look at nothing but the line item and the unit."""
    if not unit.blocked_categories.isdisjoint(item.categories):
        return BLOCKED_CATEGORY
    if item.campaign.advertiser.id in unit.blocked_advertisers:
        return BLOCKED_ADVERTISER
    if item.rating > unit.content_rating:
        return CONTENT_RATING
    if item.tier != HOUSE and item.ecpm_micros(unit.id) < unit.floor_price_micros:
        return FLOOR_PRICE
    return None


def reject_content_on_unit(content: Content, unit: Unit, language: str | None) -> Rejection | None:
    """The rules that look at nothing but the content, the unit and the language asked for."""
    if content.language != (language or unit.language):
        return LANGUAGE
    if not unit.blocked_categories.isdisjoint(content.categories):
        return BLOCKED_CATEGORY
    return CONTENT_RATING if content.rating > unit.content_rating else None


def _flight(flight: Interval | None, context: Context) -> Interval | None:
    return None if flight is None else intersect(flight, (context.begins, context.ends))


def _after_minimum_interval(item: LineItem, span: Interval, context: Context) -> Interval | None:
    """The part of a span that begins after the interval since the last showing."""
    history = context.state.line_items.get(item.id)
    if history is None:
        return span
    free_from = plus_seconds(history.last_shown_at, item.minimum_interval_seconds)
    begins = max(span[0], free_from)
    return (begins, span[1]) if begins < span[1] else None


def _reject_now(item: LineItem, context: Context) -> Rejection | None:
    gates = context.gates
    if gates.is_campaign_spent(item.campaign.id) or gates.is_item_spent(item.id):
        return BUDGET
    if not gates.is_open(item.id, context.query.user_id, context.now):
        return PACING
    if context.state.source == UNKNOWN and item.cap_kind == HARD and item.is_capped:
        # A hard cap is kept even where the history is unknown.
        return UNKNOWN_HISTORY
    return None
