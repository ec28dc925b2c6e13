"""The rules of eligibility and placement in words."""

from collections.abc import Callable, Iterable

from allocation.catalog.entities import RATINGS, Content, LineItem
from allocation.decision.context import Context
from allocation.decision.explain.caps import find_cap
from allocation.decision.explain.finding import Finding
from allocation.decision.rejection import Rejection
from allocation.models.time.epoch_seconds import INSTANT_MAX, format_instant
from allocation.models.time.hour_set import describe_hours
from allocation.models.time.timeline import Interval


def of_line_item(item: LineItem, rejection: Rejection, context: Context) -> Finding | None:
    if rejection.rule == "frequency_cap":
        return find_cap(item, rejection, context)
    explain = _LINE_ITEM_RULES.get(rejection.rule)
    return explain and explain(item, context)


def of_content(content: Content, rejection: Rejection, context: Context) -> Finding | None:
    wanted_language = context.query.language or context.unit.language
    if rejection.rule == "flight":
        return _flight(content.flight, context)
    if rejection.rule == "language" and content.language != wanted_language:
        return Finding(f"a content in {wanted_language}", content.language)
    if rejection.rule == "blocked_category":
        return _categories(sorted(content.categories), context)
    if rejection.rule == "content_rating":
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


def _budget(item: LineItem, _context: Context) -> Finding:
    return Finding("budget left", f"campaign {item.campaign.id} has none")


def _pacing(item: LineItem, context: Context) -> Finding:
    open_ppm = context.gates.open_ppm.get(item.id, 1_000_000)
    return Finding(f"a draw below {open_ppm} ppm", "another draw for this user in this minute")


def _unknown_history(_item: LineItem, _context: Context) -> Finding:
    found = "a hard cap, and no history to hold it against"
    return Finding("to know what the user has seen", found)


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


_LINE_ITEM_RULES: dict[str, Callable[[LineItem, Context], Finding]] = {
    "flight": lambda item, context: _flight(item.flight, context),
    "dayparting": _dayparting,
    "minimum_interval": _minimum_interval,
    "blocked_category": lambda item, context: _categories(item.categories, context),
    "blocked_advertiser": _blocked_advertiser,
    "content_rating": lambda item, context: _rating(item.rating, context),
    "floor_price": _floor_price,
    "budget": _budget,
    "pacing": _pacing,
    "unknown_history": _unknown_history,
    "no_creative": _no_creative,
    "advertiser_limit": _advertiser_limit,
    "exclusion_label": _exclusion_label,
}
