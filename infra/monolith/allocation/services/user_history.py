"""A user's history as a decision takes it: what is stored, what the device reports, what other devices were
lent.
"""

from collections.abc import Iterable

from allocation.catalog.catalog import Catalog
from allocation.catalog.entities import Unit
from allocation.decision.context import Inputs
from allocation.models.device_report import add_report
from allocation.models.loans import add_loans
from allocation.models.query import Query
from allocation.models.time.epoch_seconds import floor_to_minute
from allocation.models.user_state import UserState


def with_report(state: UserState, catalog: Catalog, unit: Unit, query: Query, now: int) -> UserState:
    """What is stored of a user, which is an unknown history if it may not or cannot be read, and what the
    device reports.
    """
    if query.shown is not None:
        zone = query.zone or unit.zone
        add_report(state, query.shown, floor_to_minute(now), zone, catalog.owner_of)
    return state


def with_loans(inputs: Inputs, line_item_ids: Iterable[str]) -> UserState:
    """A history and the slots that other devices were lent, by the ids of their line items. The history of
    the inputs stays as it is.
    """
    stored = inputs.state
    state = UserState(
        stored.source,
        dict(stored.line_items),
        dict(stored.campaigns),
        dict(stored.advertisers),
        stored.contents,
        stored.first_seen_at,
    )
    zone = inputs.query.zone or inputs.unit.zone
    add_loans(state, line_item_ids, floor_to_minute(inputs.now), zone, inputs.catalog.owner_of)
    return state
