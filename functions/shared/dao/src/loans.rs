//! Notes which slots a device of a user was lent.

use std::sync::Arc;

use lockfill_models::time::EpochSeconds;

use crate::error::DaoError;
use crate::user_key::UserKey;

/// A slot that a device is lent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loan {
    /// The slot: `<request id>:<position>`.
    pub slot_key: String,
    /// Until when the device may show it.
    pub until: EpochSeconds,
    /// The id of the line item.
    pub line_item_id: String,
}

/// What a device is lent by one answer.
#[derive(Debug, Clone)]
pub struct Lending {
    /// The device on the unit, see [`lockfill_models::loans::borrower`].
    pub borrower: u64,
    /// The instant of the request.
    pub now: EpochSeconds,
    /// The slots with ads.
    pub loans: Vec<Loan>,
    /// Whether the loans are noted; otherwise the store changes nothing.
    pub is_noted: bool,
}

/// Keeps what devices of users were lent, until it is reported as shown, replaced or over.
pub trait LoanStore: Send + Sync {
    /// Replaces what the borrower was lent before, and returns in one step what the user's other borrowers have: the id
    /// of the line item of each slot, sorted. At most eight borrowers of a user are known; the one whose loans end first
    /// is forgotten first.
    ///
    /// # Errors
    /// If the store cannot be asked.
    fn lend(
        &self,
        user: &UserKey,
        lending: &Lending,
    ) -> impl Future<Output = Result<Vec<String>, DaoError>> + Send;
}

impl<T: LoanStore> LoanStore for Arc<T> {
    async fn lend(&self, user: &UserKey, lending: &Lending) -> Result<Vec<String>, DaoError> {
        (**self).lend(user, lending).await
    }
}
