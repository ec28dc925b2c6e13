"""What sampled requests say of an item: how often each rule keeps it out, and what it may deliver."""

import json
from datetime import datetime
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from adops.models import GoalKind, LineItem
from adops.selectors.learned_rates import PPM, LearnedRates
from adops.selectors.performance import with_line_items_delivery
from adops.selectors.states import line_items_with_state
from inspection.wording import label_of_rule

DAY_HOURS = 24
WEEK_HOURS = 7 * DAY_HOURS
_WEEK_DAYS = 7
_DAY_SECONDS = 86_400
# The quantile of the normal distribution for 95 of 100.
_Z = 1.96


class Error(NamedTuple):
    """How far forecasts were from what was delivered, in percent of that: half of them, nine of ten."""

    drafts: int
    half_percent: int
    nine_tenths_percent: int


# `./scripts/test --only forecast-error` measures it again: see docs/delivery.md.
MEASURED_ERROR = Error(**json.loads(Path(__file__).with_name("forecast_error.json").read_text()))


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
    """What a line item may deliver."""

    fits_a_day: int
    impressions_a_day: int
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
    row = with_line_items_delivery(line_items_with_state(now)).get(pk=item.pk)
    days = _days_open(row, now)
    fits, impressions = document["fits"]["requests"], document["impressions"]
    return Delivery(int(fits / days), int(impressions / days), _of_goal(row, document))


def _days_open(row: Any, now: datetime) -> float:
    """How many days of the week to come the flight has."""
    if row.closes_at is None:
        return _WEEK_DAYS
    seconds: float = (row.closes_at - max(now, row.opens_at)).total_seconds()
    # A flight that has ended fits no request.
    return min(max(seconds, 1) / _DAY_SECONDS, _WEEK_DAYS)


def _of_goal(row: Any, document: dict[str, Any]) -> str:
    """What part of what is left of the goal can be delivered until the flight ends."""
    if row.goal_count is None:
        return ""
    is_of_clicks = row.goal_kind == GoalKind.CLICKS
    left = row.goal_count - (row.clicks if is_of_clicks else row.impressions)
    if left <= 0:
        return _("The goal is reached.")
    impressions = document["impressions_until_end"]
    if impressions is None:
        return _("The flight has no end: the goal is reached some day, or never.")
    possible = _clicks(row, document) if is_of_clicks else impressions
    values = {"percent": 100 * possible // left, "possible": f"{possible:,}", "left": f"{left:,}"}
    if possible >= left:
        text = (
            _("It can deliver what is left of its goal: %(possible)s clicks for %(left)s.")
            if is_of_clicks
            else _("It can deliver what is left of its goal: %(possible)s impressions for %(left)s.")
        )
        return text % values
    return _(
        "It will deliver at most %(percent)s %% of what is left of its goal: %(possible)s of %(left)s."
    ) % (values)


def _clicks(row: Any, document: dict[str, Any]) -> int:
    """The clicks of the impressions until the flight ends, at the rate that was typed or learned."""
    rates, typed = LearnedRates(), {row.public_id: row.default_ctr_ppm}
    default_ppm = rates.defaults(typed)[row.public_id]
    on_units = rates.on_units(typed)
    clicks_ppm = sum(
        impressions * on_units.get((row.public_id, unit), default_ppm)
        for unit, impressions in document["impressions_by_unit"].items()
    )
    of_period = max(document["impressions"], 1)
    return int(document["impressions_until_end"] * clicks_ppm // (of_period * PPM))
