//! One look at the version pointer, and at the rows behind it if they are new.

use std::sync::Arc;

use lockfill_catalog::Catalog;
use lockfill_dao::{CatalogReader, DaoError};

use crate::catalog_cache::Known;

/// What a look found.
#[derive(Debug)]
pub(crate) enum Found {
    /// The version that is served already.
    Same,
    /// Another one, ready to serve.
    Newer(Arc<Catalog>),
    /// Another one, whose rows cannot be served.
    Refused(u64),
    /// No version at all.
    NothingPublished,
}

/// Reads the pointer, and the rows if it names another version than the known ones.
pub(crate) async fn run(reader: &impl CatalogReader, known: Known) -> Result<Found, DaoError> {
    let Some(version) = reader.current_version().await? else {
        return Ok(Found::NothingPublished);
    };
    if known.version == Some(version) {
        return Ok(Found::Same);
    }
    if known.refused == Some(version) {
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
