//! What is known of a blob before its chunks are read.

use std::ops::Range;

use crate::published::Published;

/// The most bytes of rows of a version as they are published: the lines of all chunks, before compression.
///
/// Whatever publishing accepts, every function can load. Django has the same limit (`kernel/published`).
pub const ROWS_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most bytes of a blob. Two blobs, the served one and its successor, are in the memory of a function at once.
pub const BLOB_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// The most bytes of a blob in one chunk.
pub const CHUNK_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The manifest of a blob: a manifest that exists means a blob that was written whole.
///
/// There is no digest of the whole blob: those of its chunks and their lengths pin each byte, and the blob has a
/// checksum of its own, which is checked when it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobManifest {
    /// The version that was compiled.
    pub published: Published,
    /// The format of the blob.
    pub format: u32,
    /// The length of the blob in bytes.
    pub raw_bytes: u64,
    /// The length of all compressed chunks together.
    pub compressed_bytes: u64,
    /// The chunks, which are the blob one after the other.
    pub chunks: Vec<BlobChunk>,
    /// What the blob holds.
    pub counts: BlobCounts,
}

/// How much a blob holds: what a compiler says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlobCounts {
    /// The number of line items.
    pub line_items: u64,
    /// The number of contents.
    pub contents: u64,
}

/// What is known of a chunk before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobChunk {
    /// The bytes of the blob in it.
    pub raw_bytes: u32,
    /// The SHA-256 digest of the compressed chunk.
    pub digest: [u8; 32],
}

impl BlobManifest {
    /// The bytes of the blob that each chunk holds; `None` if the lengths do not fit each other, or if the blob or a
    /// chunk is larger than a function can load.
    #[must_use]
    pub fn ranges(&self) -> Option<Vec<Range<usize>>> {
        let raw_bytes = usize::try_from(self.raw_bytes).ok();
        let raw_bytes = raw_bytes.filter(|bytes| (1..=BLOB_BYTES_MAX).contains(&(*bytes as u64)))?;
        let mut from = 0;
        let mut ranges = Vec::with_capacity(self.chunks.len());
        for chunk in &self.chunks {
            let length = chunk.raw_bytes as usize;
            let until = from + length;
            if !(1..=CHUNK_BYTES_MAX).contains(&length) || until > raw_bytes {
                return None;
            }
            ranges.push(from..until);
            from = until;
        }
        (from == raw_bytes).then_some(ranges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::RowsDigest;

    fn manifest(raw_bytes: u64, lengths: &[u32]) -> BlobManifest {
        let published = Published { version: 1, digest: RowsDigest::from_bytes([0; 32]) };
        let chunks = lengths.iter().map(|&raw_bytes| BlobChunk { raw_bytes, digest: [0; 32] }).collect();
        let counts = BlobCounts::default();
        BlobManifest { published, format: 1, raw_bytes, compressed_bytes: 1, chunks, counts }
    }

    #[test]
    fn ranges_cover_a_blob_whatever_the_lengths_of_its_chunks() {
        for lengths in [&[1][..], &[1 << 22], &[1 << 22, 1], &[1 << 18, 1 << 22, 3, 1 << 19]] {
            let raw_bytes = lengths.iter().map(|&length| u64::from(length)).sum();
            let ranges = manifest(raw_bytes, lengths).ranges().unwrap();
            assert_eq!(ranges.len(), lengths.len());
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert_eq!((ranges[0].start, ranges.last().unwrap().end as u64), (0, raw_bytes));
        }
    }

    #[test]
    fn a_manifest_whose_numbers_do_not_fit_has_no_ranges() {
        let too_many = vec![1 << 22; 33];
        for (raw_bytes, lengths) in [
            (0, &[][..]),
            (1, &[]),
            (0, &[0]),
            (2, &[1]),
            (1, &[1, 0]),
            (1, &[1, 1]),
            (1, &[u32::MAX, 2]),
            ((1 << 22) + 1, &[(1 << 22) + 1]),
            (u64::MAX, &[1]),
            (132 << 20, &too_many),
        ] {
            assert_eq!(manifest(raw_bytes, lengths).ranges(), None, "{raw_bytes} {lengths:?}");
        }
        assert_eq!(manifest(128 << 20, &too_many[1..]).ranges().unwrap().len(), 32);
    }
}
