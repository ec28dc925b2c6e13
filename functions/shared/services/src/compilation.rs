//! Compiles drafted versions: from rows in the store to the blob that functions load.

use lockfill_catalog::compile::compile;
use lockfill_catalog::{BLOB_FORMAT, Refusal, Refusals};
use lockfill_dao::{
    BLOB_BYTES_MAX, BlobCounts, BlobManifest, BlobWriter, CatalogRowsReader, DaoError, Published, RowsDigest,
    RowsError,
};

/// What a compilation has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compilation {
    /// The formats in which the version can be loaded now.
    pub formats: Vec<u32>,
    /// The length of the blob in bytes.
    pub blob_bytes: u64,
    /// The length of its compressed chunks together.
    pub compressed_bytes: u64,
    /// The number of line items.
    pub line_items: u64,
    /// The number of contents.
    pub contents: u64,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompilationError {
    /// The version or the digest is none.
    #[error("{0}")]
    Invalid(&'static str),
    /// The store has no rows of the version with that digest.
    #[error("there are no rows of version {0} with that digest")]
    UnknownVersion(u64),
    /// The rows, or the blob, are not as they were written.
    #[error("{0}")]
    Torn(DaoError),
    /// The store failed.
    #[error("{0}")]
    StoreUnavailable(DaoError),
    /// Rows that cannot be served.
    #[error("{0}")]
    Refused(Refusals),
}

/// What a controller needs of the service.
pub trait CompileVersions: Send + Sync {
    /// Compiles the rows of a version with that digest, 64 hexadecimal digits. A repeated call has the same outcome,
    /// and finds what is compiled already.
    fn compile(
        &self,
        version: u64,
        digest: &str,
    ) -> impl Future<Output = Result<Compilation, CompilationError>> + Send;
}

/// Compiles versions of a store.
#[derive(Debug)]
pub struct CompilationService<D> {
    store: D,
}

impl<D: CatalogRowsReader + BlobWriter> CompilationService<D> {
    /// A service over a store.
    pub const fn new(store: D) -> Self {
        Self { store }
    }
}

impl<D: CatalogRowsReader + BlobWriter> CompileVersions for CompilationService<D> {
    async fn compile(&self, version: u64, digest: &str) -> Result<Compilation, CompilationError> {
        let digest: RowsDigest = digest
            .parse()
            .map_err(|_| CompilationError::Invalid("digest must be 64 hexadecimal digits, in lower case"))?;
        if !(1..=VERSION_MAX).contains(&version) {
            return Err(CompilationError::Invalid("version must be a number from 1 to 999999999999"));
        }
        let published = Published { version, digest };
        if let Some(compilation) = self.compiled_before(&published).await? {
            return Ok(compilation);
        }
        let rows = self.store.rows(version, &digest).await.map_err(|error| match error {
            RowsError::Missing => CompilationError::UnknownVersion(version),
            RowsError::Refused(refusals) => CompilationError::Refused(refusals),
            RowsError::Store(error) => error.into(),
        })?;
        let compiled = compile(version, rows).map_err(CompilationError::Refused)?;
        let counts =
            BlobCounts { line_items: compiled.line_items() as u64, contents: compiled.contents() as u64 };
        for withheld in compiled.withheld() {
            tracing::warn!(version, %withheld, "the compiler withholds an item");
        }
        let blob = compiled.into_blob();
        check_size(blob.as_bytes().len() as u64)?;
        let manifest = self.store.write(&published, BLOB_FORMAT, blob.as_bytes(), counts).await?;
        Ok(Compilation::of(&manifest))
    }
}

impl<D: BlobWriter> CompilationService<D> {
    /// What an earlier call has written. `None` if it wrote nothing, or something that cannot be read, which is written
    /// anew.
    async fn compiled_before(&self, published: &Published) -> Result<Option<Compilation>, CompilationError> {
        match self.store.has(published, BLOB_FORMAT).await {
            Ok(manifest) => Ok(manifest.as_ref().map(Compilation::of)),
            Err(DaoError::Malformed { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Compilation {
    fn of(manifest: &BlobManifest) -> Self {
        Self {
            formats: vec![manifest.format],
            blob_bytes: manifest.raw_bytes,
            compressed_bytes: manifest.compressed_bytes,
            line_items: manifest.counts.line_items,
            contents: manifest.counts.contents,
        }
    }
}

/// The greatest version that keys have room for.
const VERSION_MAX: u64 = 999_999_999_999;

fn check_size(blob_bytes: u64) -> Result<(), CompilationError> {
    if blob_bytes <= BLOB_BYTES_MAX {
        return Ok(());
    }
    let problem =
        format!("it compiles to {blob_bytes} bytes, and a function can load {BLOB_BYTES_MAX}: publish less");
    let mut refusals = Refusals::default();
    refusals.add(Refusal::new("catalog", "", "", problem));
    Err(CompilationError::Refused(refusals))
}

impl From<DaoError> for CompilationError {
    fn from(error: DaoError) -> Self {
        match error {
            DaoError::Malformed { .. } => Self::Torn(error),
            DaoError::Unavailable { .. } => Self::StoreUnavailable(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_that_no_function_can_load_is_refused_and_the_largest_is_not() {
        assert_eq!(check_size(BLOB_BYTES_MAX), Ok(()));
        let Err(CompilationError::Refused(refusals)) = check_size(BLOB_BYTES_MAX + 1) else {
            panic!("it is refused")
        };
        assert!(refusals.to_string().contains("134217729 bytes"), "{refusals}");
    }
}
