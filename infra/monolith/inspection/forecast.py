"""What sampled requests say of an item: how often each rule keeps it out, and what it may deliver."""

from datetime import datetime
from math import sqrt
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from adops.models import GoalKind, LineItem
from adops.selectors.performance import with_line_items_delivery
from adops.selectors.states import line_items_with_state
from inspection.wording import label_of_rule

DAY_HOURS = 24
WEEK_HOURS = 7 * DAY_HOURS
_WEEK_DAYS = 7
_DAY_SECONDS = 86_400
# The quantile of the normal distribution for 95 of 100.
_Z = 1.96


class Share(NamedTuple):
    """A share of requests in percent, estimated from samples, and between which it lies 95 times in 100."""

    percent: float
    low: float
    high: float

    def __str__(self) -> str:
        values = {name: f"{value:.1f}" for name, value in self._asdict().items()}
        return _("%(percent)s %% (%(low)s to %(high)s %%)") % values


class Cost(NamedTuple):
    """What one rule costs: the requests that fail it, and how many more would fit without it."""

    rule: str
    label: str
    fails: Share
    gain: str


class Live(NamedTuple):
    """What the sampled requests of a period say."""

    requests: int
    samples: int
    fits: Share
    shows: Share
    costs: list[Cost]
    rivals: list[tuple[str, Share]]


class Delivery(NamedTuple):
    """What a line item may deliver. Slots are handed out; fewer are seen."""

    fits_a_day: int
    slots_a_day: int
    goal: str


def share(hits: int, samples: int) -> Share:
    """Wilson's interval, which holds for small numbers too."""
    if samples <= 0:
        return Share(0.0, 0.0, 100.0)
    rate, squared = hits / samples, _Z * _Z / samples
    middle = rate + squared / 2
    half = _Z * sqrt(rate * (1 - rate) / samples + squared / (4 * samples))
    low, high = (middle - half) / (1 + squared), (middle + half) / (1 + squared)
    return Share(100 * rate, 100 * max(low, 0.0), 100 * min(high, 1.0))


def live(document: dict[str, Any]) -> Live:
    samples = document["requests"]["samples"]
    fits = document["fits"]["samples"]
    costs = [
        Cost(
            rule["rule"],
            label_of_rule(rule["rule"]),
            share(rule["fails"]["samples"], samples),
            _gain(rule["fails_alone"]["requests"], document["fits"]["requests"]),
        )
        for rule in document["rules"]
    ]
    costs.sort(key=lambda cost: (-cost.fails.percent, cost.rule))
    ids = [rival["id"] for rival in document["rivals"]]
    names = dict(LineItem.objects.filter(public_id__in=ids).values_list("public_id", "name"))
    rivals = [
        (names.get(rival["id"], rival["id"]), share(rival["shown"]["samples"], fits))
        for rival in document["rivals"]
    ]
    return Live(
        document["requests"]["requests"],
        samples,
        share(fits, samples),
        share(document["shows"]["samples"], samples),
        costs,
        rivals,
    )


def _gain(alone: int, fits: int) -> str:
    """How many more requests the item would fit without a rule: `+41 %`."""
    if not alone:
        return "+0 %"
    return f"+{100 * alone // fits:,} %" if fits else _("all that there would be")


def delivery(item: LineItem, document: dict[str, Any], now: datetime) -> Delivery:
    slots_a_day = document["slots"] // _WEEK_DAYS
    return Delivery(document["fits"]["requests"] // _WEEK_DAYS, slots_a_day, _of_goal(item, slots_a_day, now))


def _of_goal(item: LineItem, slots_a_day: int, now: datetime) -> str:
    """What part of what is left of the goal can be delivered until the flight ends."""
    if item.goal_count is None or item.goal_kind != GoalKind.IMPRESSIONS:
        return ""
    row = with_line_items_delivery(line_items_with_state(now)).get(pk=item.pk)
    left = item.goal_count - row.impressions
    if left <= 0:
        return _("The goal is reached.")
    if row.closes_at is None:
        return _("The flight has no end: the goal is reached some day, or never.")
    seconds = max((row.closes_at - max(now, row.opens_at)).total_seconds(), 0)
    possible = int(slots_a_day * seconds / _DAY_SECONDS)
    values = {"percent": 100 * possible // left, "possible": f"{possible:,}", "left": f"{left:,}"}
    if possible >= left:
        return _("It can deliver what is left of its goal: %(possible)s slots for %(left)s.") % values
    return _(
        "It will deliver at most %(percent)s %% of what is left of its goal: %(possible)s of %(left)s."
    ) % (values)
