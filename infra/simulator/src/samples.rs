//! The store of what environments have counted, and what the served units bring.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lockfill_dao::{CountsName, CountsReader, CountsWriter, DaoError};
use lockfill_models::counts::EnvironmentCounts;

/// Flushes by their minute. A week of them is tens of megabytes.
#[derive(Debug, Default)]
pub struct Samples(Mutex<HashMap<i64, Vec<EnvironmentCounts>>>);

impl CountsWriter for Samples {
    async fn write(&self, name: &CountsName, counts: &EnvironmentCounts) -> Result<(), DaoError> {
        let mut flushes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flushes.entry(name.flushed_at.epoch_minute()).or_default().push(counts.clone());
        Ok(())
    }
}

impl CountsReader for Samples {
    async fn of_minute(&self, minute: i64) -> Result<Vec<EnvironmentCounts>, DaoError> {
        let flushes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(flushes.get(&minute).cloned().unwrap_or_default())
    }
}
