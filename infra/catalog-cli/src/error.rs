//! Failures of a publication.

use lockfill_dao::DaoError;

/// A version was not written or not published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// Another publisher writes the version, or has published it.
    #[error("DynamoDB refused a conflicting write: {0}")]
    Conflict(String),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] DaoError),
}
