//! What the service tells, and what a controller needs of it.

use std::time::Duration;

use jiff::Timestamp;
use lockfill_dao::DaoError;
use lockfill_models::time::EpochSeconds;

/// How long a run takes at most before it leaves the rest to the next one.
const TIME: Duration = Duration::from_secs(40);
/// How long a run waits for another one that holds the lease.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After so much time a run ends at the next minute.
    pub time: Duration,
    /// How long a run waits for another one to end.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: TIME, patience: PATIENCE }
    }
}

/// What a run has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RolledUp {
    /// Everything that arrived before is rolled up.
    pub until: EpochSeconds,
    /// How many closed minutes are left for the next run.
    pub minutes_behind: i64,
    /// How many minutes were read from the ledger.
    pub minutes_read: u64,
    /// How many events they had.
    pub events_read: u64,
    /// How many of the minutes differed from what was stored, and were written.
    pub minutes_written: u64,
    /// How many hours were closed.
    pub hours_closed: u64,
    /// The gates that follow; `None` where none were made.
    pub gates: Option<GatesMade>,
}

/// The table of gates that a run has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatesMade {
    /// Its version.
    pub version: u64,
    /// The version of the catalog whose budgets and goals it follows from.
    pub catalog_version: u64,
    /// How many line items have a gate.
    pub line_items: usize,
    /// How many campaigns have spent their budget.
    pub spent_campaigns: usize,
}

/// How far a rebuild came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// Where to go on: what arrived before is rebuilt.
    pub until: EpochSeconds,
    /// Whether all that was asked for is rebuilt, and the totals behind it.
    pub is_complete: bool,
    /// How many events were read from the ledger.
    pub events_read: u64,
    /// How many minutes, hours and totals were not as the ledger has them, and were written.
    pub written: u64,
}

/// Why nothing, or not all, was done. What was done stays, and the next run goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollUpError {
    /// The ledger or the store of roll-ups failed.
    #[error("{0}")]
    StoreUnavailable(DaoError),
    /// One of them holds what cannot be read.
    #[error("{0}")]
    Damaged(DaoError),
    /// The rows of the served version cannot be had, so no gates can be made.
    #[error("the terms of version {0} cannot be read: {1}")]
    Terms(u64, String),
    /// Another run is at work.
    #[error("another run holds the lease")]
    Busy,
    /// Another run has taken over, because this one was too slow.
    #[error("another run has taken the lease")]
    LeaseLost,
}

impl From<DaoError> for RollUpError {
    fn from(error: DaoError) -> Self {
        match error {
            DaoError::Malformed { .. } => Self::Damaged(error),
            DaoError::Unavailable { .. } => Self::StoreUnavailable(error),
        }
    }
}

/// What a controller needs of the service.
pub trait RollUpLedger: Send + Sync {
    /// Rolls up what has arrived by now, as far as the time allows.
    fn run(&self, now: Timestamp) -> impl Future<Output = Result<RolledUp, RollUpError>> + Send;

    /// Makes the roll-ups of the hours of a span anew from the ledger, and all totals from its begin on, as far as the
    /// time allows.
    fn rebuild(
        &self,
        from: EpochSeconds,
        until: EpochSeconds,
        now: Timestamp,
    ) -> impl Future<Output = Result<Rebuilt, RollUpError>> + Send;
}
