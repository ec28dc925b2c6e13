"""How often one user may see a line item, a campaign and an advertiser in fixed windows."""

from collections.abc import Iterator
from typing import NamedTuple

from allocation.catalog.entities import Cap, LineItem
from allocation.decision.context import Context
from allocation.decision.rejection import FREQUENCY_CAP, Rejection
from allocation.models.user_state import History, UserState

LINE_ITEM = "line_item"
CAMPAIGN = "campaign"
ADVERTISER = "advertiser"


class Capped(NamedTuple):
    """The caps of one scope, and the id that they count for."""

    scope: str
    id: str
    caps: tuple[Cap, ...]


def scopes(item: LineItem) -> Iterator[Capped]:
    """The line item's own caps, its campaign's and its advertiser's."""
    campaign = item.campaign
    advertiser = campaign.advertiser
    yield Capped(LINE_ITEM, item.id, item.caps)
    yield Capped(CAMPAIGN, campaign.id, campaign.caps)
    yield Capped(ADVERTISER, advertiser.id, advertiser.caps)


def histories(state: UserState, scope: str) -> dict[str, History]:
    """What a user saw, by the id in a scope."""
    if scope == LINE_ITEM:
        return state.line_items
    return state.campaigns if scope == CAMPAIGN else state.advertisers


def check(item: LineItem, context: Context, placed: dict[tuple[str, str], int]) -> Rejection | None:
    """The first cap that another slot would break, after what the user saw and the slate holds."""
    if not item.is_capped:
        return None
    for scope, key, caps in scopes(item):
        if not caps:
            continue
        history = histories(context.state, scope).get(key)
        on_slate = placed.get((scope, key), 0)
        for cap in caps:
            seen = 0 if history is None else history.showings(cap.window, context.buckets)
            if seen + on_slate >= cap.limit:
                return Rejection(FREQUENCY_CAP.rule, scope, cap.window)
    return None
