//! Published catalogs: immutable rows under a version, and a pointer to the version that is served.

use std::collections::BTreeMap;

use lockfill_catalog::rows::CatalogRows;
use lockfill_models::time::EpochSeconds;

use crate::DaoError;

/// Reads what was published.
pub trait CatalogReader: Send + Sync {
    /// The version that is served now; `None` if none was ever published.
    fn current_version(&self) -> impl Future<Output = Result<Option<u64>, DaoError>> + Send;

    /// All rows of a version.
    fn rows(&self, version: u64) -> impl Future<Output = Result<CatalogRows, DaoError>> + Send;
}

/// Writes the last item of a publication, which makes it the served one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishRecord {
    /// The version, one more than the last one.
    pub version: u64,
    /// When it was published.
    pub published_at: EpochSeconds,
    /// Rows by kind, so that a reader can tell a whole version from a part of one.
    pub row_counts: BTreeMap<String, u64>,
}

/// Publishes.
pub trait CatalogWriter: Send + Sync {
    /// Writes the rows of a version, JSON objects by kind (`line_item`) and then by key, which is unique
    /// within the kind. Nobody reads them before [`Self::publish`].
    fn write_rows(
        &self,
        version: u64,
        rows: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> impl Future<Output = Result<(), DaoError>> + Send;

    /// Makes a version the served one, at once and for everybody.
    fn publish(&self, record: &PublishRecord) -> impl Future<Output = Result<(), DaoError>> + Send;
}
