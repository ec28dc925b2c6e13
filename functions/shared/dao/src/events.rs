//! Impressions and clicks, counted once each.

use std::sync::Arc;

use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::time::{Buckets, EpochSeconds};

use crate::{DaoError, UserKey};

/// One event, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub user: UserKey,
    /// The slot's name, unique per answer and position: a second event of the same kind is not counted.
    pub slot_key: String,
    /// What the slot held.
    pub item: ShownItem,
    /// When.
    pub occurred_at: EpochSeconds,
    /// The counting windows of that instant in the user's zone.
    pub buckets: Buckets,
    /// How long a repetition must be recognized.
    pub repeatable_for_seconds: u64,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It was counted.
    Counted,
    /// It had been counted before.
    Repeated,
}

/// Counts events.
pub trait EventRecorder: Send + Sync {
    /// Counts an event for the item, its campaign and its advertiser, once per slot and kind, in one step.
    fn record(&self, event: &EventRecord) -> impl Future<Output = Result<Recorded, DaoError>> + Send;
}

impl<T: EventRecorder> EventRecorder for Arc<T> {
    async fn record(&self, event: &EventRecord) -> Result<Recorded, DaoError> {
        (**self).record(event).await
    }
}
