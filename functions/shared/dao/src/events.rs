//! Counts impressions and clicks, each once.

use std::sync::Arc;

use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::time::{Buckets, EpochSeconds};

use crate::error::DaoError;
use crate::user_key::UserKey;

/// One tracking event to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// Impression or click.
    pub kind: EventKind,
    /// The user who saw or tapped the slot.
    pub user: UserKey,
    /// The id of the answer and the position of the slot. A second event of the same slot and kind is not counted.
    pub slot_key: String,
    /// The item of the slot.
    pub item: ShownItem,
    /// The time of the event.
    pub occurred_at: EpochSeconds,
    /// The counting windows of that time in the user's zone.
    pub buckets: Buckets,
    /// The counting windows in the user's zone of the time when the event arrived. They tell an event that is late
    /// from one of a user who has traveled.
    pub arrived: Buckets,
    /// For how many seconds a repetition must be recognized.
    pub repeatable_for_seconds: u64,
}

/// Whether an event was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// The event was counted.
    Counted,
    /// An earlier call has counted the event.
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
