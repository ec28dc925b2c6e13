//! The tables of gates: one a minute at most, and a pointer to the newest.

use std::sync::Arc;

use lockfill_models::pacing::Gates;
use lockfill_models::time::EpochSeconds;

use crate::error::DaoError;

/// How a table of gates is named, and what is known of it before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatesPointer {
    /// The table's version: a newer table has a greater one.
    pub version: u64,
    /// When the table was made.
    pub made_at: EpochSeconds,
    /// The number of chunks that hold the table.
    pub chunks: usize,
    /// The SHA-256 digest of the table's bytes, uncompressed.
    pub digest: [u8; 32],
}

/// Reads tables of gates.
///
/// [`DaoError::Malformed`] means that the store holds something that cannot be used, and that another attempt would
/// find the same. [`DaoError::Unavailable`] passes.
pub trait GatesReader: Send + Sync {
    /// The newest table; `None` if none was ever written.
    fn current(&self) -> impl Future<Output = Result<Option<GatesPointer>, DaoError>> + Send;

    /// A table, its digest checked. The future waits for as long as the answer takes: the caller decides when an
    /// attempt is in vain.
    fn load(&self, pointer: &GatesPointer) -> impl Future<Output = Result<Gates, DaoError>> + Send;
}

/// What became of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatesWritten {
    /// It is the newest.
    Newest,
    /// There is one that is as new or newer, or another program writes one of the same version. Nothing was changed
    /// for readers.
    NotNewer,
}

/// Writes tables of gates.
pub trait GatesWriter: Send + Sync {
    /// Writes a table, and moves the pointer to it unless there is one that is as new.
    ///
    /// # Errors
    /// If the store fails, or [`DaoError::Malformed`] if the table is longer than a reader takes.
    fn write(&self, gates: &Gates) -> impl Future<Output = Result<GatesWritten, DaoError>> + Send;
}

impl<T: GatesReader> GatesReader for Arc<T> {
    async fn current(&self) -> Result<Option<GatesPointer>, DaoError> {
        (**self).current().await
    }

    async fn load(&self, pointer: &GatesPointer) -> Result<Gates, DaoError> {
        (**self).load(pointer).await
    }
}

impl<T: GatesWriter> GatesWriter for Arc<T> {
    async fn write(&self, gates: &Gates) -> Result<GatesWritten, DaoError> {
        (**self).write(gates).await
    }
}
