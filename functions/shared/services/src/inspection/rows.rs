//! Catalogs compiled in memory, of the rows that a person asks about.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lockfill_catalog::compile::compile;
use lockfill_catalog::{Catalog, Refusal, Refusals};
use lockfill_dao::{InspectedRows, InspectedRowsReader, RowsError};
use sha2::{Digest, Sha256};

use super::question::{InspectionError, RowsSource};

/// The version of a draft, which has none.
const DRAFT_VERSION: u64 = 0;
/// How many compiled catalogs are kept: the served version and a draft.
const KEPT_MAX: usize = 2;

/// What tells sources apart.
fn key_of(source: &RowsSource) -> Key {
    match source {
        RowsSource::Version { version, digest } => (*version, *digest.as_bytes()),
        RowsSource::Draft { chunks } => {
            let mut of_all = Sha256::new();
            for chunk in chunks {
                of_all.update(Sha256::digest(chunk));
            }
            (DRAFT_VERSION, of_all.finalize().into())
        }
    }
}

/// A catalog, and the JSON of its items.
#[derive(Debug)]
pub(super) struct Compiled {
    pub catalog: Catalog,
    pub texts: HashMap<(&'static str, String), String>,
}

/// The catalogs that were asked about last. A page asks several times about the same rows.
#[derive(Debug, Default)]
pub(super) struct CompiledRows {
    kept: Mutex<Vec<(Key, Arc<Compiled>)>>,
}

/// A version and the digest of its rows.
type Key = (u64, [u8; 32]);

impl CompiledRows {
    /// The catalog of a source.
    pub(super) async fn of(
        &self,
        store: &impl InspectedRowsReader,
        source: &RowsSource,
    ) -> Result<Arc<Compiled>, InspectionError> {
        let key = key_of(source);
        if let Some(found) = self.find(&key) {
            return Ok(found);
        }
        let inspected = match source {
            RowsSource::Version { version, digest } => store.inspected_rows(*version, digest).await,
            RowsSource::Draft { chunks } => store.unpacked_rows(chunks),
        };
        let compiled = Arc::new(compiled(key.0, inspected.map_err(|error| told(error, source))?)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // A draft replaces the last draft, and a version the last version.
        kept.retain(|((version, _), _)| (*version == DRAFT_VERSION) != (key.0 == DRAFT_VERSION));
        kept.truncate(KEPT_MAX - 1);
        kept.push((key, Arc::clone(&compiled)));
        Ok(compiled)
    }

    fn find(&self, key: &Key) -> Option<Arc<Compiled>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(own, _)| own == key).map(|(_, compiled)| Arc::clone(compiled))
    }
}

fn told(error: RowsError, source: &RowsSource) -> InspectionError {
    match (error, source) {
        (RowsError::Refused(refusals), _) => InspectionError::Refused(refusals),
        (RowsError::Missing, _) => InspectionError::UnknownVersion,
        (RowsError::Store(error), RowsSource::Draft { .. }) => InspectionError::UnreadableDraft(error),
        (RowsError::Store(error), RowsSource::Version { .. }) => InspectionError::Store(error),
    }
}

fn compiled(version: u64, inspected: InspectedRows) -> Result<Compiled, InspectionError> {
    let InspectedRows { rows, texts } = inspected;
    let compiled = compile(version, rows).map_err(InspectionError::Refused)?;
    let catalog = Catalog::open(compiled.into_blob()).map_err(|error| {
        let mut refusals = Refusals::default();
        refusals.add(Refusal::new("catalog", "", "", error.to_string()));
        InspectionError::Refused(refusals)
    })?;
    Ok(Compiled { catalog, texts })
}
