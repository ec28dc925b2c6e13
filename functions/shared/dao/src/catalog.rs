//! Published catalogs: immutable rows under a version, and a pointer to the version that is served.

use lockfill_catalog::rows::CatalogRows;

use crate::error::DaoError;

/// Reads published catalogs.
pub trait CatalogReader: Send + Sync {
    /// The version that is served now; `None` if none was ever published.
    fn current_version(&self) -> impl Future<Output = Result<Option<u64>, DaoError>> + Send;

    /// All rows of a version.
    fn rows(&self, version: u64) -> impl Future<Output = Result<CatalogRows, DaoError>> + Send;
}
