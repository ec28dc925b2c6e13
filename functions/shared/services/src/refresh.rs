//! One look at the version pointer, and at the rows behind it if they are new.

use std::fmt::Display;
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
    match reader.rows(version).await {
        Ok(rows) => match Catalog::compile(version, rows) {
            Ok(catalog) => Ok(Found::Newer(Arc::new(catalog))),
            Err(error) => Ok(refused(version, &error)),
        },
        // The rows of a version never change, so reading them again would find the same.
        Err(error @ DaoError::Malformed { .. }) => Ok(refused(version, &error)),
        Err(error) => Err(error),
    }
}

fn refused(version: u64, error: &dyn Display) -> Found {
    tracing::error!(version, %error, "the published catalog is refused; serving the one before");
    Found::Refused(version)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use lockfill_catalog::rows::CatalogRows;

    use super::*;

    /// A store whose version 7 holds a row that cannot be read.
    #[derive(Default)]
    struct UnreadableRows {
        reads: AtomicU32,
    }

    impl CatalogReader for UnreadableRows {
        async fn current_version(&self) -> Result<Option<u64>, DaoError> {
            Ok(Some(7))
        }

        async fn rows(&self, _version: u64) -> Result<CatalogRows, DaoError> {
            self.reads.fetch_add(1, Ordering::Relaxed);
            Err(DaoError::Malformed { store: "test", reason: "a row cannot be read".to_owned() })
        }
    }

    #[tokio::test]
    async fn a_version_whose_rows_cannot_be_read_is_refused_and_not_read_again() {
        let reader = UnreadableRows::default();
        let first = run(&reader, Known { version: None, refused: None }).await;
        assert!(matches!(first, Ok(Found::Refused(7))), "{first:?}");
        let second = run(&reader, Known { version: None, refused: Some(7) }).await;
        assert!(matches!(second, Ok(Found::Refused(7))), "{second:?}");
        assert_eq!(reader.reads.load(Ordering::Relaxed), 1);
    }
}
