"""Eligibility: whether an item may be shown here and now. One function per rule, in their order."""

from allocation.catalog.entities import HARD, HOUSE, Content, LineItem, Unit
from allocation.decision.context import Context
from allocation.decision.rejection import Rejection
from allocation.models.time.epoch_seconds import plus_seconds
from allocation.models.time.timeline import Interval, intersect
from allocation.models.user_state import UNKNOWN

_FLIGHT = Rejection("flight")
_MINIMUM_INTERVAL = Rejection("minimum_interval")
_DAYPARTING = Rejection("dayparting")
_BLOCKED_CATEGORY = Rejection("blocked_category")
_BLOCKED_ADVERTISER = Rejection("blocked_advertiser")
_CONTENT_RATING = Rejection("content_rating")
_FLOOR_PRICE = Rejection("floor_price")
_BUDGET = Rejection("budget")
_PACING = Rejection("pacing")
_UNKNOWN_HISTORY = Rejection("unknown_history")
_LANGUAGE = Rejection("language")


def check_line_item(item: LineItem, context: Context) -> tuple[Interval | None, Rejection | None]:
    """When a line item may be shown within the slate, or else the first rule that rejects it."""
    show = _flight(item.flight, context)
    if show is None:
        return None, _FLIGHT
    if rejection := item.targeting.check(context.subject):
        return None, rejection
    show = _after_minimum_interval(item, show, context)
    if show is None:
        return None, _MINIMUM_INTERVAL
    if item.dayparts is not None:
        show = context.timeline.first_open(item.dayparts, show)
        if show is None:
            return None, _DAYPARTING
    rejection = reject_on_unit(item, context.unit) or _reject_now(item, context)
    return (None, rejection) if rejection else (show, None)


def check_content(content: Content, context: Context) -> tuple[Interval | None, Rejection | None]:
    """When a content may be shown within the slate, or else the first rule that rejects it."""
    show = _flight(content.flight, context)
    if show is None:
        return None, _FLIGHT
    rejection = content.targeting.check(context.subject) or reject_content_on_unit(
        content, context.unit, context.query.language
    )
    return (None, rejection) if rejection else (show, None)


def reject_on_unit(item: LineItem, unit: Unit) -> Rejection | None:
    """The rules that look at nothing but the line item and the unit."""
    if not unit.blocked_categories.isdisjoint(item.categories):
        return _BLOCKED_CATEGORY
    if item.campaign.advertiser.id in unit.blocked_advertisers:
        return _BLOCKED_ADVERTISER
    if item.rating > unit.content_rating:
        return _CONTENT_RATING
    if item.tier != HOUSE and item.ecpm_micros(unit.id) < unit.floor_price_micros:
        return _FLOOR_PRICE
    return None


def reject_content_on_unit(content: Content, unit: Unit, language: str | None) -> Rejection | None:
    """The rules that look at nothing but the content, the unit and the language asked for."""
    if content.language != (language or unit.language):
        return _LANGUAGE
    if not unit.blocked_categories.isdisjoint(content.categories):
        return _BLOCKED_CATEGORY
    return _CONTENT_RATING if content.rating > unit.content_rating else None


def _flight(flight: Interval | None, context: Context) -> Interval | None:
    return None if flight is None else intersect(flight, (context.begins, context.ends))


def _after_minimum_interval(item: LineItem, span: Interval, context: Context) -> Interval | None:
    """What is left of a span once the interval since the last showing is over."""
    history = context.state.line_items.get(item.id)
    if history is None:
        return span
    free_from = plus_seconds(history.last_shown_at, item.minimum_interval_seconds)
    begins = max(span[0], free_from)
    return (begins, span[1]) if begins < span[1] else None


def _reject_now(item: LineItem, context: Context) -> Rejection | None:
    gates = context.gates
    if item.campaign.id in gates.spent_campaigns:
        return _BUDGET
    if not gates.is_open(item.id, context.query.user_id, context.epoch_minute):
        return _PACING
    if context.state.source == UNKNOWN and item.cap_kind == HARD and item.is_capped:
        # Better not shown than shown too often.
        return _UNKNOWN_HISTORY
    return None
