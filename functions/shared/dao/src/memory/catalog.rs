//! A store of published catalogs.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::failing::{down, lock};
use crate::catalog::CatalogReader;
use crate::digest::RowsDigest;
use crate::error::DaoError;
use crate::manifest::{BlobChunk, BlobCounts, BlobManifest, CHUNK_BYTES_MAX};
use crate::published::Published;

/// As large as the chunks of a large blob in a real store.
const CHUNK_BYTES: usize = CHUNK_BYTES_MAX / 2;

const STORE: &str = "memory catalog";

/// A catalog store. Digests are not real: each version has the same one for rows and for chunks.
#[derive(Debug, Default)]
pub struct MemoryCatalog {
    versions: Mutex<BTreeMap<u64, Vec<u8>>>,
    pointer: Mutex<Option<u64>>,
    is_down: Mutex<bool>,
}

impl MemoryCatalog {
    /// Publishes a blob under a version, and moves the pointer to it.
    pub fn publish(&self, version: u64, blob: Vec<u8>) {
        lock(&self.versions).insert(version, blob);
        self.point_to(version);
    }

    /// Moves the pointer, whether or not there is such a version.
    pub fn point_to(&self, version: u64) {
        *lock(&self.pointer) = Some(version);
    }

    /// Makes every read fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    fn check(&self) -> Result<(), DaoError> {
        if *lock(&self.is_down) { Err(down(STORE)) } else { Ok(()) }
    }
}

/// The version as published.
const fn published(version: u64) -> Published {
    Published { version, digest: RowsDigest::from_bytes([7; 32]) }
}

fn malformed(reason: String) -> DaoError {
    DaoError::Malformed { store: STORE, reason }
}

impl CatalogReader for MemoryCatalog {
    type Chunk = Vec<u8>;

    async fn current(&self) -> Result<Option<Published>, DaoError> {
        self.check()?;
        Ok(lock(&self.pointer).map(published))
    }

    async fn before(&self, version: u64) -> Result<Option<Published>, DaoError> {
        self.check()?;
        Ok(lock(&self.versions).range(..version).next_back().map(|(version, _)| published(*version)))
    }

    async fn manifest(&self, published: &Published) -> Result<BlobManifest, DaoError> {
        self.check()?;
        let versions = lock(&self.versions);
        let blob = versions.get(&published.version);
        let blob = blob.ok_or_else(|| malformed(format!("no version {}", published.version)))?;
        let chunk = |bytes: &[u8]| BlobChunk {
            raw_bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            digest: [0; 32],
        };
        let bytes = blob.len() as u64;
        Ok(BlobManifest {
            published: *published,
            format: 0,
            raw_bytes: bytes,
            compressed_bytes: bytes,
            chunks: blob.chunks(CHUNK_BYTES).map(chunk).collect(),
            counts: BlobCounts::default(),
        })
    }

    async fn chunk(&self, manifest: &BlobManifest, index: usize) -> Result<Vec<u8>, DaoError> {
        self.check()?;
        let versions = lock(&self.versions);
        let blob = versions.get(&manifest.published.version);
        let range = manifest.ranges().and_then(|ranges| ranges.get(index).cloned());
        let bytes = blob.zip(range).and_then(|(blob, range)| blob.get(range));
        bytes.map(<[u8]>::to_vec).ok_or_else(|| malformed(format!("no chunk {index}")))
    }

    fn unpack(&self, chunk: Vec<u8>, place: &mut [u8]) -> Result<(), DaoError> {
        if chunk.len() != place.len() {
            return Err(malformed(format!("a chunk of {} bytes", chunk.len())));
        }
        place.copy_from_slice(&chunk);
        Ok(())
    }
}
