//! A ledger.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Mutex;

use lockfill_models::event::EventClass;

use super::failing::{down, lock};
use crate::error::DaoError;
use crate::ledger::{EventLedger, LedgerEntry, Written};

/// A ledger of entries by name.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    entries: Mutex<BTreeMap<String, LedgerEntry>>,
    is_down: Mutex<bool>,
}

impl MemoryLedger {
    /// Makes every write fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    /// All entries, by request, position and kind.
    pub fn entries(&self) -> Vec<LedgerEntry> {
        lock(&self.entries).values().cloned().collect()
    }

    /// The classes of the entries, in the same order.
    pub fn classes(&self) -> Vec<EventClass> {
        lock(&self.entries).values().map(|entry| entry.class).collect()
    }
}

impl EventLedger for MemoryLedger {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        if *lock(&self.is_down) {
            return Err(down("memory ledger"));
        }
        let LedgerEntry { request_id, position, kind, class, .. } = entry;
        let reason = if *class == EventClass::Valid { "" } else { class.name() };
        let request_id = u128::from_be_bytes(*request_id);
        let name = format!("{request_id:032x}#{position:03}#{}#{reason}", kind.name());
        match lock(&self.entries).entry(name) {
            Entry::Occupied(_) => Ok(Written::Repeated),
            Entry::Vacant(place) => {
                place.insert(entry.clone());
                Ok(Written::New)
            }
        }
    }
}
