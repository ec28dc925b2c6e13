//! One read of the version pointer, and of the version's rows if they are new.

use std::fmt::Display;
use std::sync::Arc;

use lockfill_catalog::Catalog;
use lockfill_catalog::compile::compile;
use lockfill_catalog::rows::CatalogRows;
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
    match reader.rows(version).await {
        Ok(rows) => match opened(version, rows) {
            Ok(catalog) => {
                warn_of_withheld(&catalog);
                Ok(Found::Newer(Arc::new(catalog)))
            }
            Err(problem) => Ok(refused(version, &problem)),
        },
        // The rows of a version never change, so reading them again would find the same.
        Err(error @ DaoError::Malformed { .. }) => Ok(refused(version, &error)),
        Err(error) => Err(error),
    }
}

/// The catalog of rows: compiled, and opened from its blob.
fn opened(version: u64, rows: CatalogRows) -> Result<Catalog, String> {
    let compiled = compile(version, rows).map_err(|refusals| refusals.to_string())?;
    Catalog::open(compiled.into_blob()).map_err(|error| error.to_string())
}

/// One line for a version, however much it withholds.
fn warn_of_withheld(catalog: &Catalog) {
    if let Some(first) = catalog.withheld().next() {
        let (version, withheld) = (catalog.version(), catalog.withheld().len());
        tracing::warn!(version, withheld, %first, "creatives or contents with wrong addresses are not served");
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

    /// A store whose version 7 cannot be read.
    struct Unreadable {
        reads: AtomicU32,
        error: DaoError,
    }

    impl Unreadable {
        fn with(error: DaoError) -> Self {
            Self { reads: AtomicU32::new(0), error }
        }
    }

    impl CatalogReader for Unreadable {
        async fn current_version(&self) -> Result<Option<u64>, DaoError> {
            Ok(Some(7))
        }

        async fn rows(&self, _version: u64) -> Result<CatalogRows, DaoError> {
            self.reads.fetch_add(1, Ordering::Relaxed);
            Err(self.error.clone())
        }
    }

    #[tokio::test]
    async fn a_version_whose_rows_cannot_be_read_is_refused_and_not_read_again() {
        let reason = "a row cannot be read, or is missing".to_owned();
        let reader = Unreadable::with(DaoError::Malformed { store: "test", reason });
        let first = run(&reader, VersionsRead { served: None, refused: None }).await;
        assert!(matches!(first, Ok(Found::Refused(7))), "{first:?}");
        let second = run(&reader, VersionsRead { served: None, refused: Some(7) }).await;
        assert!(matches!(second, Ok(Found::Refused(7))), "{second:?}");
        assert_eq!(reader.reads.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_version_that_the_store_did_not_give_is_no_refused_version() {
        let error = DaoError::Unavailable { store: "test", reason: "no answer".to_owned() };
        let reader = Unreadable::with(error.clone());
        let before = VersionsRead { served: Some(6), refused: None };
        assert!(matches!(run(&reader, before).await, Err(found) if found == error));
    }
}
