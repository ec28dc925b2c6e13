//! A ledger to read from.

use std::sync::Mutex;

use lockfill_delivery::facts::VALID;
use lockfill_delivery::rollup::{ArrivedEvent, SlotEvent};

use super::failing::{down, lock};
use crate::arrivals::ArrivedEvents;
use crate::error::DaoError;

/// Entries in the order in which they were added.
#[derive(Debug, Default)]
pub struct MemoryArrivals {
    entries: Mutex<Vec<ArrivedEvent>>,
    minutes_read: Mutex<Vec<i64>>,
    is_down: Mutex<bool>,
}

impl MemoryArrivals {
    /// Adds an entry.
    pub fn add(&self, entry: ArrivedEvent) {
        lock(&self.entries).push(entry);
    }

    /// Makes every read fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    /// The minutes that were read since the last call, in order.
    pub fn take_minutes_read(&self) -> Vec<i64> {
        std::mem::take(&mut lock(&self.minutes_read))
    }

    fn matching(&self, is_asked: impl Fn(&ArrivedEvent) -> bool) -> Result<Vec<ArrivedEvent>, DaoError> {
        if *lock(&self.is_down) {
            return Err(down("memory arrivals"));
        }
        Ok(lock(&self.entries).iter().filter(|entry| is_asked(entry)).cloned().collect())
    }
}

impl ArrivedEvents for MemoryArrivals {
    async fn of_minute(
        &self,
        minute: i64,
        mut take: impl FnMut(ArrivedEvent) + Send,
    ) -> Result<(), DaoError> {
        lock(&self.minutes_read).push(minute);
        let entries = self.matching(|entry| entry.minute() == minute)?;
        entries.into_iter().for_each(&mut take);
        Ok(())
    }

    async fn find(&self, wanted: &[SlotEvent]) -> Result<Vec<ArrivedEvent>, DaoError> {
        self.matching(|entry| {
            let is_it = |wanted: &SlotEvent| {
                wanted.slot == entry.slot
                    && wanted.issued_hour == entry.issued_hour
                    && wanted.kind.name() == entry.key.kind
            };
            entry.key.class == VALID && wanted.iter().any(is_it)
        })
    }
}
