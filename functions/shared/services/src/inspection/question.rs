//! What is asked, and why there may be no answer.

use lockfill_catalog::Refusals;
use lockfill_dao::{DaoError, RowsDigest};
use lockfill_decision::AllocationKind;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowsSource {
    /// A version in the store.
    Version {
        /// The version.
        version: u64,
        /// The digest of its rows.
        digest: RowsDigest,
    },
    /// Chunks of rows, packed as a publisher packs them.
    Draft {
        /// Each a compressed frame.
        chunks: Vec<Vec<u8>>,
    },
}

/// The item that a person asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedItem {
    /// A line item's id.
    LineItem(String),
    /// A content's id.
    Content(String),
}

/// What is taken for known of a user before what the request reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AssumedHistory {
    /// The user has seen nothing yet.
    #[default]
    New,
    /// Nothing is known, as where the store of histories does not answer.
    Unknown,
}

/// What is asked.
#[derive(Debug)]
pub struct InspectionRequest {
    /// The rows.
    pub source: RowsSource,
    /// Which of the three allocations.
    pub kind: AllocationKind,
    /// The request of the phone; what it reports as shown is added to the history.
    pub query: Query,
    /// The history.
    pub history: AssumedHistory,
    /// The instant to decide for; left out: that of the call.
    pub at: Option<EpochSeconds>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectionError {
    /// The rows have no such unit.
    #[error("there is no such unit")]
    UnknownUnit,
    /// The store has no rows of the version with that digest.
    #[error("there are no rows of that version with that digest")]
    UnknownVersion,
    /// Rows that cannot be served.
    #[error("{0}")]
    Refused(Refusals),
    /// The chunks that were sent are not as a publisher packs them.
    #[error("{0}")]
    UnreadableDraft(DaoError),
    /// The store failed, or its rows are not as they were written.
    #[error("{0}")]
    Store(DaoError),
}
