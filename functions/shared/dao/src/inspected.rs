//! Rows that a person asks about: a version's, or those of a draft that no store holds.

use std::collections::HashMap;
use std::sync::Arc;

use lockfill_catalog::rows::CatalogRows;

use crate::digest::RowsDigest;
use crate::error::RowsError;

/// Rows, and some of them as they were written.
#[derive(Debug, Clone, Default)]
pub struct InspectedRows {
    /// All rows.
    pub rows: CatalogRows,
    /// The JSON of line items, campaigns and contents, by kind and key.
    pub texts: HashMap<(&'static str, String), String>,
}

/// Reads rows together with their JSON.
pub trait InspectedRowsReader: Send + Sync {
    /// All rows of a draft or of a published version with that digest.
    fn inspected_rows(
        &self,
        version: u64,
        digest: &RowsDigest,
    ) -> impl Future<Output = Result<InspectedRows, RowsError>> + Send;

    /// The rows in chunks as a publisher packs them.
    ///
    /// # Errors
    /// If a chunk does not hold rows, or all together are larger than a version may be.
    fn unpacked_rows(&self, chunks: &[Vec<u8>]) -> Result<InspectedRows, RowsError>;
}

impl<T: InspectedRowsReader> InspectedRowsReader for Arc<T> {
    async fn inspected_rows(&self, version: u64, digest: &RowsDigest) -> Result<InspectedRows, RowsError> {
        (**self).inspected_rows(version, digest).await
    }

    fn unpacked_rows(&self, chunks: &[Vec<u8>]) -> Result<InspectedRows, RowsError> {
        (**self).unpacked_rows(chunks)
    }
}
