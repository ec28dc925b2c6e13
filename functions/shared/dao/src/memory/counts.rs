//! A store of counts.

use std::sync::Mutex;

use lockfill_models::counts::EnvironmentCounts;

use super::failing::{down, lock};
use crate::counts::{CountsName, CountsReader, CountsWriter};
use crate::error::DaoError;

/// A store of counts in the order of their flushes.
#[derive(Debug, Default)]
pub struct MemoryCounts {
    flushes: Mutex<Vec<(CountsName, EnvironmentCounts)>>,
    is_down: Mutex<bool>,
}

impl MemoryCounts {
    /// Makes every write fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    /// All that was flushed.
    pub fn flushes(&self) -> Vec<(CountsName, EnvironmentCounts)> {
        lock(&self.flushes).clone()
    }
}

impl CountsWriter for MemoryCounts {
    async fn write(&self, name: &CountsName, counts: &EnvironmentCounts) -> Result<(), DaoError> {
        if *lock(&self.is_down) {
            return Err(down("memory counts"));
        }
        lock(&self.flushes).push((*name, counts.clone()));
        Ok(())
    }
}

impl CountsReader for MemoryCounts {
    async fn of_minute(&self, minute: i64) -> Result<Vec<EnvironmentCounts>, DaoError> {
        if *lock(&self.is_down) {
            return Err(down("memory counts"));
        }
        let flushes = lock(&self.flushes);
        let of_minute = flushes.iter().filter(|(name, _)| name.flushed_at.epoch_minute() == minute);
        Ok(of_minute.map(|(_, counts)| counts.clone()).collect())
    }
}
