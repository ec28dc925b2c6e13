//! Lends slots to one device of a user, on a unit that lends: the slots of its answer count for the user's other
//! devices until they are reported or over. See `infra/decisions/0049-a-unit-may-lend-to-devices.md`.

use lockfill_dao::{DaoError, Lending, Loan, LoanStore, UserKey};
use lockfill_decision::{AdSlot, Decision, Inputs, Slot, decide};
use lockfill_models::loans::borrower;
use lockfill_models::user_state::UserState;

use crate::allocation_request::AllocationRequest;
use crate::user_history::with_loans;

/// Another device may be lent something between two decisions. A third one in a row is left to stand.
const DECISIONS_MAX: usize = 3;

/// The user's state with what other devices were lent. The slots that a decision over it gives are noted, but for a
/// debugging client, which borrows nothing.
///
/// The store notes them and tells in one step what the others have. If that is not what was decided with, it is decided
/// once more, so that two devices that ask at the same time are not lent one showing twice.
///
/// # Errors
/// If the store cannot be asked.
pub(crate) async fn lend<S: LoanStore>(
    store: &S,
    user: &UserKey,
    request: &AllocationRequest,
    inputs: &Inputs<'_, '_>,
) -> Result<UserState, DaoError> {
    let borrower = borrower(&inputs.unit.id, inputs.query.device_id.as_deref());
    let mut state = inputs.state.clone();
    let mut others = Vec::new();
    for decisions in 1.. {
        let loans = loans(request, &decide(request.kind, &Inputs { state: &state, ..*inputs }, &mut ()));
        let lending = Lending { borrower, now: inputs.now, loans, is_noted: request.debugging.is_none() };
        let found = store.lend(user, &lending).await?;
        if found == others || decisions == DECISIONS_MAX {
            break;
        }
        others = found;
        state = with_loans(inputs.state.clone(), &others, inputs.query, inputs.catalog, inputs.now);
    }
    Ok(state)
}

/// The slots with ads.
fn loans(request: &AllocationRequest, decision: &Decision<'_>) -> Vec<Loan> {
    let ads = decision.slots.iter().zip(1..).filter_map(|(slot, position): (_, u32)| match slot {
        Slot::Ad(ad) => Some((ad, position)),
        Slot::Content(_) => None,
    });
    let loan = |(ad, position): (&AdSlot<'_>, u32)| Loan {
        slot_key: format!("{}:{position}", request.request_id),
        until: ad.show.until,
        line_item_id: ad.line_item.id().to_owned(),
    };
    ads.map(loan).collect()
}
