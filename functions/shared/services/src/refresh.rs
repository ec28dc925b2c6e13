//! One read of the version pointer, and of the version's rows if they are new.

use std::sync::Arc;

use lockfill_catalog::Catalog;
use lockfill_dao::{CatalogReader, DaoError};

/// The versions whose rows were read before. Rows never change, so they are not read again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VersionsRead {
    /// The version that is served.
    pub served: Option<u64>,
    /// The last version that was refused.
    pub refused: Option<u64>,
}

/// The result of a refresh.
#[derive(Debug)]
pub(crate) enum Found {
    /// The pointer names the version that is served.
    Same,
    /// The pointer names another version, which is ready to serve.
    Newer(Arc<Catalog>),
    /// The pointer names another version, which cannot be served.
    Refused(u64),
    /// No version was ever published.
    NothingPublished,
}

/// Reads the pointer, and the rows if they were not read before.
pub(crate) async fn run(reader: &impl CatalogReader, before: VersionsRead) -> Result<Found, DaoError> {
    let Some(version) = reader.current_version().await? else {
        return Ok(Found::NothingPublished);
    };
    if before.served == Some(version) {
        return Ok(Found::Same);
    }
    if before.refused == Some(version) {
        return Ok(Found::Refused(version));
    }
    let rows = reader.rows(version).await?;
    match Catalog::compile(version, rows) {
        Ok(catalog) => Ok(Found::Newer(Arc::new(catalog))),
        Err(error) => {
            tracing::error!(version, %error, "the published catalog is refused; serving the one before");
            Ok(Found::Refused(version))
        }
    }
}
