//! The ledger: every tracking event that was accepted, once, for as long as reports and invoices need it.

use std::sync::Arc;

use lockfill_models::arithmetic::Pricing;
use lockfill_models::event::{EventClass, EventKind, ShownItem};
use lockfill_models::time::EpochSeconds;

use crate::error::DaoError;
use crate::user_key::UserKey;

/// One event in the ledger. Request, position and kind name it, and with them the class of an event that does not
/// count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The answer's id: the bytes of a UUID.
    pub request_id: [u8; 16],
    /// The position of the slot, from 1.
    pub position: usize,
    /// Impression or click.
    pub kind: EventKind,
    /// Whether the event counts, or why not.
    pub class: EventClass,
    /// The time of the answer.
    pub issued_at: EpochSeconds,
    /// When the event happened, as far as it is known.
    pub happened_at: EpochSeconds,
    /// When the event arrived.
    pub arrived_at: EpochSeconds,
    /// When the entry may be deleted.
    pub keep_until: EpochSeconds,
    /// The item of the slot.
    pub item: EntryItem,
    /// The creative of an ad; `None` for a content.
    pub creative: Option<EntryCreative>,
    /// What the answer was made with; `None` for a token of the former form.
    pub answer: Option<EntryAnswer>,
    /// The user; `None` under limit-ad-tracking.
    pub user: Option<EntryUser>,
    /// Whether an event that counts could not be checked for bursts.
    pub is_burst_unchecked: bool,
}

/// The item of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryItem {
    /// The hash of the line item's or content's id.
    pub hash: u64,
    /// Its ids; `None` if the catalog does not have them.
    pub shown: Option<ShownItem>,
}

/// The creative of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCreative {
    /// The hash of its id.
    pub hash: u64,
    /// Its id, if the catalog has it.
    pub id: Option<String>,
}

/// What an entry's answer was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryAnswer {
    /// The hash of the unit's id.
    pub unit_hash: u64,
    /// The unit's id, if the catalog has it.
    pub unit_id: Option<String>,
    /// The version of the catalog.
    pub catalog_version: u64,
    /// What the slot is paid for; `None` for a content.
    pub price: Option<EntryPrice>,
}

/// The price of an entry's slot, as it was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryPrice {
    /// The action that is paid for.
    pub pricing: Pricing,
    /// The price in micros of the currency.
    pub micros: u64,
    /// ISO 4217, three capitals.
    pub currency: [u8; 3],
}

/// The user of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryUser {
    /// The key under which the user's events are counted.
    pub key: UserKey,
    /// The IANA name of the zone of the user's days.
    pub zone: String,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The ledger did not have it.
    New,
    /// The ledger has had it before; nothing was changed.
    Repeated,
}

/// Writes entries.
pub trait EventLedger: Send + Sync {
    /// Writes an entry unless the ledger has one of that name. The entry is durable once this succeeds.
    ///
    /// # Errors
    /// If the ledger could not be asked, or did not confirm in time. The entry may be there all the same.
    fn write(&self, entry: &LedgerEntry) -> impl Future<Output = Result<Written, DaoError>> + Send;
}

impl<T: EventLedger> EventLedger for Arc<T> {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        (**self).write(entry).await
    }
}
