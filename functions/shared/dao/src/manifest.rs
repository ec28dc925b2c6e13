//! What is known of a blob before its chunks are read.

use std::ops::Range;

use crate::published::Published;

/// The most bytes of rows of a version as they are published: the lines of all chunks, before compression.
///
/// Whatever publishing accepts, every function can load. Django has the same limit (`kernel/published`).
pub const ROWS_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most bytes of a blob. Two blobs, the served one and its successor, are in the memory of a function at once.
pub const BLOB_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// The bytes of a blob in each of its chunks but the last. A blob that compresses badly has chunks of a half, a
/// quarter and so on of it.
pub const CHUNK_BYTES: usize = 1024 * 1024;
/// The least bytes in a chunk of a blob. Chunks that small fit an item even if they do not compress at all.
const CHUNK_BYTES_MIN: usize = 128 * 1024;

/// The manifest of a blob: a manifest that exists means a blob that was written whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobManifest {
    /// The version that was compiled.
    pub published: Published,
    /// The format of the blob.
    pub format: u32,
    /// The SHA-256 digest of the blob.
    pub digest: [u8; 32],
    /// The length of the blob in bytes.
    pub raw_bytes: u64,
    /// The length of all compressed chunks together.
    pub compressed_bytes: u64,
    /// The SHA-256 digest of each compressed chunk.
    pub chunk_digests: Vec<[u8; 32]>,
    /// What the blob holds; `None` in manifests of before it was written.
    pub counts: Option<BlobCounts>,
}

/// How much a blob holds: what a compiler says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlobCounts {
    /// The number of line items.
    pub line_items: u64,
    /// The number of contents.
    pub contents: u64,
}

impl BlobManifest {
    /// The bytes of the blob that a chunk holds; `None` if there is no such chunk, or the manifest is inconsistent.
    #[must_use]
    pub fn range(&self, index: usize) -> Option<Range<usize>> {
        let raw_bytes = usize::try_from(self.raw_bytes).ok().filter(|_| self.raw_bytes <= BLOB_BYTES_MAX)?;
        let chunk_bytes = chunk_sizes().find(|size| raw_bytes.div_ceil(*size) == self.chunk_digests.len())?;
        let start = index.checked_mul(chunk_bytes).filter(|start| *start < raw_bytes)?;
        Some(start..raw_bytes.min(start + chunk_bytes))
    }

    /// Whether the number of chunks fits the length, and the length is one that a function can load.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.chunk_digests.len().checked_sub(1).is_some_and(|last| self.range(last).is_some())
    }
}

/// The sizes that the chunks of a blob may have, the largest first.
pub fn chunk_sizes() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(CHUNK_BYTES), |size| Some(size / 2).filter(|half| *half >= CHUNK_BYTES_MIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::RowsDigest;

    fn manifest(raw_bytes: u64, chunks: usize) -> BlobManifest {
        let published = Published { version: 1, digest: RowsDigest::from_bytes([0; 32]) };
        let chunk_digests = vec![[0; 32]; chunks];
        BlobManifest {
            published,
            format: 1,
            digest: [0; 32],
            raw_bytes,
            compressed_bytes: 1,
            chunk_digests,
            counts: None,
        }
    }

    #[test]
    fn ranges_cover_a_blob_whatever_the_size_of_its_chunks() {
        for (raw_bytes, chunks) in
            [(1, 1), (1 << 20, 1), ((1 << 20) + 1, 2), (5 << 19, 3), (5 << 19, 5), (5 << 19, 20)]
        {
            let manifest = manifest(raw_bytes, chunks);
            assert!(manifest.is_consistent(), "{raw_bytes} {chunks}");
            let ranges: Vec<_> = (0..chunks).map(|index| manifest.range(index).unwrap()).collect();
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert_eq!((ranges[0].start, ranges[chunks - 1].end as u64), (0, raw_bytes));
            assert_eq!(manifest.range(chunks), None);
        }
    }

    #[test]
    fn a_manifest_whose_numbers_do_not_fit_has_no_ranges() {
        let too_large = BLOB_BYTES_MAX + 1;
        let chunks = usize::try_from(too_large.div_ceil(1 << 20)).unwrap();
        for (raw_bytes, chunks) in [(0, 0), (0, 1), (5 << 19, 4), (1, 2), (u64::MAX, 1), (too_large, chunks)]
        {
            let manifest = manifest(raw_bytes, chunks);
            assert!(!manifest.is_consistent() && manifest.range(0).is_none(), "{raw_bytes} {chunks}");
            assert_eq!(manifest.range(usize::MAX), None);
        }
    }
}
