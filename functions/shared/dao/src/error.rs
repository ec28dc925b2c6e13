//! What can go wrong with a store, as far as a service can act on it.

/// A store's answer could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DaoError {
    /// The store did not answer within the deadline, or the connection failed. Asking later may help.
    #[error("{store} is unavailable: {reason}")]
    Unavailable {
        /// Which store.
        store: &'static str,
        /// What happened, without any user's data in it.
        reason: String,
    },
    /// The store holds something that cannot be read.
    #[error("{store} holds malformed data: {reason}")]
    Malformed {
        /// Which store.
        store: &'static str,
        /// What is wrong with what.
        reason: String,
    },
    /// Somebody else has written what this write supposed not to be there.
    #[error("{store} refused a conflicting write: {reason}")]
    Conflict {
        /// Which store.
        store: &'static str,
        /// What conflicts with what.
        reason: String,
    },
}
