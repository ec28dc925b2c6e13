//! Published catalogs: immutable versions, each compiled to a blob that is read in chunks, and a pointer to the
//! version that is served.

use std::sync::Arc;

use lockfill_catalog::rows::CatalogRows;
use lockfill_delivery::terms_rows::TermsRows;

use crate::digest::RowsDigest;
use crate::error::{DaoError, RowsError};
use crate::manifest::{BlobCounts, BlobManifest};
use crate::published::Published;

/// Reads published catalogs, compiled.
///
/// [`DaoError::Malformed`] means that the store holds something that cannot be served, and that another attempt would
/// find the same. [`DaoError::Unavailable`] passes.
pub trait CatalogReader: Send + Sync {
    /// A chunk of a blob as it is stored.
    type Chunk: Send + 'static;

    /// The version that is served now; `None` if the pointer does not exist.
    fn current(&self) -> impl Future<Output = Result<Option<Published>, DaoError>> + Send;

    /// The newest published version before `version`; `None` if there is none. Publish records that cannot be read are
    /// passed over.
    fn before(&self, version: u64) -> impl Future<Output = Result<Option<Published>, DaoError>> + Send;

    /// The manifest of a version's blob in the format of this program.
    fn manifest(&self, published: &Published) -> impl Future<Output = Result<BlobManifest, DaoError>> + Send;

    /// A chunk of a blob as it is stored, its digest checked. Chunks count from 0.
    ///
    /// The future waits for as long as the answer takes: the caller decides when an attempt is in vain, because after
    /// a freeze all timers seem to have passed although the answer may have arrived.
    fn chunk(
        &self,
        manifest: &BlobManifest,
        index: usize,
    ) -> impl Future<Output = Result<Self::Chunk, DaoError>> + Send;

    /// Decompresses a chunk to its place in the blob, which it fills.
    ///
    /// # Errors
    /// [`DaoError::Malformed`] if the chunk does not hold exactly so many bytes.
    fn unpack(&self, chunk: Self::Chunk, place: &mut [u8]) -> Result<(), DaoError>;
}

/// Reads the rows of versions, for the compiler and for tools.
pub trait CatalogRowsReader: Send + Sync {
    /// All rows of a draft or of a published version with that digest.
    fn rows(
        &self,
        version: u64,
        digest: &RowsDigest,
    ) -> impl Future<Output = Result<CatalogRows, RowsError>> + Send;
}

impl<T: CatalogRowsReader> CatalogRowsReader for Arc<T> {
    async fn rows(&self, version: u64, digest: &RowsDigest) -> Result<CatalogRows, RowsError> {
        (**self).rows(version, digest).await
    }
}

/// Reads the rows of versions that say what is owed, for the pacing.
pub trait TermsReader: Send + Sync {
    /// The rows of a published version with that digest, as far as they say what is owed.
    fn terms_rows(
        &self,
        version: u64,
        digest: &RowsDigest,
    ) -> impl Future<Output = Result<TermsRows, RowsError>> + Send;
}

/// Writes compiled catalogs.
pub trait BlobWriter: Send + Sync {
    /// The manifest of the version's blob in a format; `None` if none was written yet.
    fn has(
        &self,
        published: &Published,
        format: u32,
    ) -> impl Future<Output = Result<Option<BlobManifest>, DaoError>> + Send;

    /// Writes a blob that holds so much: its chunks, and its manifest last. A blob that is there already is not written
    /// again.
    ///
    /// # Errors
    /// [`DaoError::Malformed`] if the blob is larger than a function can load.
    fn write(
        &self,
        published: &Published,
        format: u32,
        blob: &[u8],
        counts: BlobCounts,
    ) -> impl Future<Output = Result<BlobManifest, DaoError>> + Send;
}

impl<T: BlobWriter> BlobWriter for Arc<T> {
    async fn has(&self, published: &Published, format: u32) -> Result<Option<BlobManifest>, DaoError> {
        (**self).has(published, format).await
    }

    async fn write(
        &self,
        published: &Published,
        format: u32,
        blob: &[u8],
        counts: BlobCounts,
    ) -> Result<BlobManifest, DaoError> {
        (**self).write(published, format, blob, counts).await
    }
}
