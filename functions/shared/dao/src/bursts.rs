//! Counts how many events come from a user, or from an address, in a minute.

use std::sync::Arc;

use crate::error::DaoError;
use crate::user_key::UserKey;

/// Counts events by the minute of their arrival.
pub trait BurstCounter: Send + Sync {
    /// Adds a number of events to the count of each name in a minute, which is numbered since the epoch, and returns
    /// the counts in the order of the names: all side by side, within one deadline. Counts of past minutes are
    /// forgotten within two minutes.
    ///
    /// # Errors
    /// If one of the counts is not known. Some may have been added to all the same.
    fn add_events(
        &self,
        minute: i64,
        events: &[(UserKey, u64)],
    ) -> impl Future<Output = Result<Vec<u64>, DaoError>> + Send;
}

impl<T: BurstCounter> BurstCounter for Arc<T> {
    async fn add_events(&self, minute: i64, events: &[(UserKey, u64)]) -> Result<Vec<u64>, DaoError> {
        (**self).add_events(minute, events).await
    }
}
