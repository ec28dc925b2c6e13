//! The counters of users, made anew from the ledger after their store has lost them.

use std::sync::Arc;

use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::time::EpochSeconds;

use crate::error::DaoError;
use crate::events::EventRecord;
use crate::user_key::UserKey;

/// A valid event of the ledger that is counted for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEvent {
    /// The answer's id: the bytes of a UUID.
    pub request_id: [u8; 16],
    /// The position of the slot, from 1.
    pub position: u16,
    /// Impression or click.
    pub kind: EventKind,
    /// The user.
    pub user: UserKey,
    /// The IANA name of the zone of the user's days.
    pub zone: String,
    /// The item of the slot.
    pub item: ShownItem,
    /// A full hour before the time of the answer, and at most an hour before.
    pub issued_from: EpochSeconds,
    /// When the event happened.
    pub happened_at: EpochSeconds,
    /// When the event arrived.
    pub arrived_at: EpochSeconds,
}

/// What the ledger has about a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// An event that counts.
    Event(LedgerEvent),
    /// The user was erased, so that nothing that arrived until then counts any more.
    Erased {
        /// The user.
        user: UserKey,
        /// When.
        at: EpochSeconds,
    },
}

/// Reads the whole ledger.
pub trait LedgerScan: Send + Sync {
    /// Hands over each event of one of `segments` parts of the ledger that counts for a user, and each erasure, in any
    /// order, and returns how many entries the part has. An entry that was durable before the call is among them.
    ///
    /// # Errors
    /// If the ledger cannot be read, or has an entry that cannot be.
    fn scan(
        &self,
        segment: u16,
        segments: u16,
        take: &(dyn Fn(Scanned) + Sync),
    ) -> impl Future<Output = Result<u64, DaoError>> + Send;
}

/// What a store of counters says when a rebuild wants to begin.
#[derive(Debug)]
pub enum Begun<R> {
    /// All histories are known.
    Known,
    /// Another rebuild is at work.
    Busy,
    /// Some histories, or all, are not known, and no other rebuild may begin now.
    Unknown(R),
}

/// Counters that can be made anew. Histories that are not known are read as such until [`Self::finish`].
pub trait CounterStore: Send + Sync {
    /// A rebuild that has begun.
    type Run: Send + Sync;

    /// Begins a rebuild, unless all histories are known or another one is at work. `name` tells it from all others.
    ///
    /// # Errors
    /// If the store cannot be asked.
    fn begin(&self, name: &str) -> impl Future<Output = Result<Begun<Self::Run>, DaoError>> + Send;

    /// Whether the user's history is one of those that are not known.
    fn is_wanted(&self, run: &Self::Run, user: &UserKey) -> bool;

    /// Keeps other rebuilds from beginning for another half a minute at least.
    ///
    /// # Errors
    /// If the store cannot be asked, or another rebuild has taken over.
    fn keep(&self, run: &Self::Run) -> impl Future<Output = Result<(), DaoError>> + Send;

    /// Replaces what is counted for each user. `users` has all events of each of them, in the order in which they
    /// arrived, as of `now`. What was counted since the loss and is not among these events is kept.
    ///
    /// # Errors
    /// If the store cannot be asked, or another rebuild has taken over.
    fn restore(
        &self,
        run: &Self::Run,
        users: &[Vec<EventRecord>],
        now: EpochSeconds,
    ) -> impl Future<Output = Result<(), DaoError>> + Send;

    /// Makes the histories known, but those that were lost again meanwhile. Returns whether all of them are known.
    ///
    /// # Errors
    /// If the store cannot be asked.
    fn finish(&self, run: Self::Run) -> impl Future<Output = Result<bool, DaoError>> + Send;
}

impl<T: CounterStore> CounterStore for Arc<T> {
    type Run = T::Run;

    async fn begin(&self, name: &str) -> Result<Begun<Self::Run>, DaoError> {
        (**self).begin(name).await
    }

    fn is_wanted(&self, run: &Self::Run, user: &UserKey) -> bool {
        (**self).is_wanted(run, user)
    }

    async fn keep(&self, run: &Self::Run) -> Result<(), DaoError> {
        (**self).keep(run).await
    }

    async fn restore(
        &self,
        run: &Self::Run,
        users: &[Vec<EventRecord>],
        now: EpochSeconds,
    ) -> Result<(), DaoError> {
        (**self).restore(run, users, now).await
    }

    async fn finish(&self, run: Self::Run) -> Result<bool, DaoError> {
        (**self).finish(run).await
    }
}
