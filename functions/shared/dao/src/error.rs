//! Failures of a store, as far as a service can react to them.

use lockfill_catalog::Refusals;

/// A store gave no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DaoError {
    /// The store did not answer within the deadline, or the connection failed. A later attempt may succeed.
    #[error("{store} is unavailable: {reason}")]
    Unavailable {
        /// The store's name.
        store: &'static str,
        /// What happened. The text holds no data of a user.
        reason: String,
    },
    /// The store holds something that cannot be read.
    #[error("{store} holds malformed data: {reason}")]
    Malformed {
        /// The store's name.
        store: &'static str,
        /// What cannot be read, and why.
        reason: String,
    },
}

/// Why the rows of a version cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// There are no rows of that version with that digest.
    #[error("there are no rows of that version with that digest")]
    Missing,
    /// All rows are as they were written, and some are not of the form of their kinds.
    #[error("{0}")]
    Refused(Refusals),
    /// The store failed, or the rows are not as they were written.
    #[error(transparent)]
    Store(#[from] DaoError),
}
