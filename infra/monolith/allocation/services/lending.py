"""Lends slots to one device of a user, on a unit that lends: the slots of its answer count for the user's
other devices until they are reported or over.
"""

from dataclasses import replace

from allocation.dao.loans import Lending, Loan, LoanStore
from allocation.decision.context import Inputs
from allocation.decision.decide import Decision, decide
from allocation.decision.place_index import PlaceIndex
from allocation.decision.slot import AdSlot
from allocation.models.loans import borrower
from allocation.models.user_state import UserState
from allocation.services.allocation_request import AllocationRequest
from allocation.services.user_history import with_loans

# Another device may be lent something between two decisions. A third one in a row is left to stand.
_DECISIONS_MAX = 3


def lend(
    store: LoanStore, user_key: str, request: AllocationRequest, inputs: Inputs, index: PlaceIndex
) -> UserState:
    """The user's state with what other devices were lent. The slots that a decision over it gives are noted,
    but for a debugging client, which borrows nothing. Raises DaoError.

    The store notes them and tells in one step what the others have. If that is not what was decided with, it
    is decided once more, so that two devices that ask at the same time are not lent one showing twice.
    """
    who = borrower(inputs.unit.id, inputs.query.device_id)
    state, others = inputs.state, list[str]()
    for decisions in range(1, _DECISIONS_MAX + 1):
        decision = decide(request.kind, replace(inputs, state=state), index)
        lending = Lending(who, inputs.now, _loans(request, decision), request.debugging is None)
        found = store.lend(user_key, lending)
        if found == others or decisions == _DECISIONS_MAX:
            break
        others = found
        state = with_loans(inputs, others)
    return state


def _loans(request: AllocationRequest, decision: Decision) -> list[Loan]:
    """The slots with ads."""
    return [
        Loan(f"{request.request_id}:{position}", slot.show[1], slot.item.id)
        for position, slot in enumerate(decision.slots, 1)
        if isinstance(slot, AdSlot)
    ]
