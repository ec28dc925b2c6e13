"""Used-up caps in words."""

from allocation.catalog.entities import LineItem
from allocation.decision import frequency_cap
from allocation.decision.context import Context
from allocation.decision.explain.finding import Finding
from allocation.decision.rejection import Rejection

_SOURCES = {
    "stored": "stored",
    "device": "reported by the device",
    "unknown": "history unknown",
}


def find_cap(item: LineItem, rejection: Rejection, context: Context) -> Finding:
    scope, window = rejection.scope, rejection.window or ""
    capped = next(one for one in frequency_cap.scopes(item) if one.scope == scope)
    limit = next((cap.limit for cap in capped.caps if cap.window == window), 1)
    history = frequency_cap.histories(context.state, capped.scope).get(capped.id)
    seen = 0 if history is None else history.showings(window, context.buckets)
    return Finding(
        f"fewer than {limit} showings of {scope} {capped.id} per {window}",
        f"{seen} seen ({_SOURCES[context.state.source]}), and what this slate holds",
    )
