//! Roll-ups.

use std::collections::BTreeMap;
use std::sync::Mutex;

use lockfill_delivery::rollup::{RollUp, Totals};
use lockfill_models::time::EpochSeconds;

use super::failing::{down, lock};
use crate::delivery::{Cursor, DeliveryStore, KeptPacing, Lease};
use crate::error::DaoError;

const MINUTES_PER_HOUR: i64 = 60;

/// What is stored, as a test may look at it and damage it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stored {
    /// The cursor.
    pub cursor: Option<Cursor>,
    /// Roll-ups by minute.
    pub minutes: BTreeMap<i64, RollUp>,
    /// Roll-ups by hour.
    pub hours: BTreeMap<i64, RollUp>,
    /// Totals by hour.
    pub totals: BTreeMap<i64, Totals>,
    /// What the pacing keeps.
    pub pacing: Option<KeptPacing>,
}

/// A store of roll-ups.
#[derive(Debug, Default)]
pub struct MemoryDelivery {
    stored: Mutex<Stored>,
    lease: Mutex<Option<Lease>>,
    minutes_written: Mutex<Vec<i64>>,
    is_down: Mutex<bool>,
}

impl MemoryDelivery {
    /// Makes everything fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    /// What is stored.
    pub fn stored(&self) -> Stored {
        lock(&self.stored).clone()
    }

    /// Changes what is stored.
    pub fn change(&self, change: impl FnOnce(&mut Stored)) {
        change(&mut lock(&self.stored));
    }

    /// The minutes that were written since the last call, in order.
    pub fn take_minutes_written(&self) -> Vec<i64> {
        std::mem::take(&mut lock(&self.minutes_written))
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Stored) -> T) -> Result<T, DaoError> {
        if *lock(&self.is_down) {
            return Err(down("memory delivery"));
        }
        Ok(ask(&mut lock(&self.stored)))
    }
}

fn put(place: &mut BTreeMap<i64, RollUp>, at: i64, rolled: &RollUp) {
    if rolled.is_empty() {
        place.remove(&at);
    } else {
        place.insert(at, rolled.clone());
    }
}

impl DeliveryStore for MemoryDelivery {
    async fn take_lease(&self, lease: &Lease, now: EpochSeconds) -> Result<(bool, Option<Cursor>), DaoError> {
        let cursor = self.with(|stored| stored.cursor)?;
        let mut held = lock(&self.lease);
        let is_free = held.as_ref().is_none_or(|held| held.until <= now || held.owner == lease.owner);
        if is_free {
            *held = Some(lease.clone());
        }
        Ok((is_free, cursor))
    }

    async fn move_cursor(&self, lease: &Lease, cursor: Cursor) -> Result<bool, DaoError> {
        let mut held = lock(&self.lease);
        if held.as_ref().is_none_or(|held| held.owner != lease.owner) {
            return Ok(false);
        }
        *held = Some(lease.clone());
        self.with(|stored| stored.cursor = Some(cursor))?;
        Ok(true)
    }

    async fn minutes(&self, hour: i64) -> Result<BTreeMap<i64, RollUp>, DaoError> {
        let (from, until) = (hour * MINUTES_PER_HOUR, (hour + 1) * MINUTES_PER_HOUR);
        self.with(|stored| {
            stored.minutes.range(from..until).map(|(minute, rolled)| (*minute, rolled.clone())).collect()
        })
    }

    async fn put_minute(&self, minute: i64, rolled: &RollUp) -> Result<(), DaoError> {
        lock(&self.minutes_written).push(minute);
        self.with(|stored| put(&mut stored.minutes, minute, rolled))
    }

    async fn hour(&self, hour: i64) -> Result<RollUp, DaoError> {
        self.with(|stored| stored.hours.get(&hour).cloned().unwrap_or_default())
    }

    async fn put_hour(&self, hour: i64, rolled: &RollUp) -> Result<(), DaoError> {
        self.with(|stored| put(&mut stored.hours, hour, rolled))
    }

    async fn totals_before(&self, hour: i64) -> Result<Option<(i64, Totals)>, DaoError> {
        self.with(|stored| {
            stored.totals.range(..hour).next_back().map(|(hour, totals)| (*hour, totals.clone()))
        })
    }

    async fn put_totals(&self, hour: i64, totals: &Totals) -> Result<(), DaoError> {
        self.with(|stored| stored.totals.insert(hour, totals.clone()))?;
        Ok(())
    }

    async fn pacing(&self) -> Result<Option<KeptPacing>, DaoError> {
        self.with(|stored| stored.pacing.clone())
    }

    async fn put_pacing(&self, kept: &KeptPacing) -> Result<(), DaoError> {
        self.with(|stored| stored.pacing = Some(kept.clone()))
    }
}
