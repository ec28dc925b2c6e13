//! Counts of environments: what each answered, flushed every ten seconds.

use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::time::EpochSeconds;

use crate::error::DaoError;

/// How one flush of an environment is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountsName {
    /// When it is written.
    pub flushed_at: EpochSeconds,
    /// A number that differs between environments.
    pub environment: u64,
    /// The number of the flush within the environment, from 1.
    pub sequence: u32,
}

/// Reads counts.
pub trait CountsReader: Send + Sync {
    /// What was flushed in a minute since the epoch, by all environments.
    fn of_minute(&self, minute: i64)
    -> impl Future<Output = Result<Vec<EnvironmentCounts>, DaoError>> + Send;
}

/// Writes counts.
pub trait CountsWriter: Send + Sync {
    /// Writes the counts of one flush.
    ///
    /// # Errors
    /// If the store failed, or the counts are longer than an item takes.
    fn write(
        &self,
        name: &CountsName,
        counts: &EnvironmentCounts,
    ) -> impl Future<Output = Result<(), DaoError>> + Send;
}

impl<T: CountsWriter> CountsWriter for std::sync::Arc<T> {
    async fn write(&self, name: &CountsName, counts: &EnvironmentCounts) -> Result<(), DaoError> {
        (**self).write(name, counts).await
    }
}

impl<T: CountsReader> CountsReader for std::sync::Arc<T> {
    async fn of_minute(&self, minute: i64) -> Result<Vec<EnvironmentCounts>, DaoError> {
        (**self).of_minute(minute).await
    }
}
