//! Writes blobs.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use lockfill_dao::{
    BLOB_BYTES_MAX, BlobChunk, BlobCounts, BlobManifest, BlobWriter, CHUNK_BYTES_MAX, DaoError, Published,
};

use crate::blob;
use crate::catalog::DynamoDbCatalog;
use crate::chunks::{compress, sha256};
use crate::errors::{malformed, unavailable};
use crate::layout::{self, CHUNK_BYTES_MAX as COMPRESSED_BYTES_MAX, DATA, Item, SHA256};

/// How many chunks are written at once: for as many the client keeps connections.
const CHUNKS_AT_ONCE: usize = 4;

impl BlobWriter for DynamoDbCatalog {
    async fn has(&self, published: &Published, format: u32) -> Result<Option<BlobManifest>, DaoError> {
        self.blob_manifest(published, format).await
    }

    async fn write(
        &self,
        published: &Published,
        format: u32,
        bytes: &[u8],
        counts: BlobCounts,
    ) -> Result<BlobManifest, DaoError> {
        let version = published.version;
        if bytes.is_empty() || bytes.len() as u64 > BLOB_BYTES_MAX {
            return Err(malformed(format!(
                "version {version} compiles to {} bytes, and a function can load {BLOB_BYTES_MAX}",
                bytes.len()
            )));
        }
        // A manifest that cannot be read is overwritten.
        if let Ok(Some(manifest)) = self.has(published, format).await {
            return Ok(manifest);
        }
        let chunks = split(bytes)?;
        self.put(layout::blob_format_key(format)).await?;
        self.put(layout::blob_note_key(published, format)).await?;
        let manifest = BlobManifest {
            published: *published,
            format,
            raw_bytes: bytes.len() as u64,
            compressed_bytes: chunks.iter().map(|(_, compressed)| compressed.len() as u64).sum(),
            chunks: chunks.iter().map(|(chunk, _)| *chunk).collect(),
            counts,
        };
        let mut items =
            chunks.into_iter().enumerate().map(|(index, (BlobChunk { digest, .. }, compressed))| {
                let mut item = layout::blob_chunk_key(published, format, index);
                item.insert(DATA.to_owned(), layout::bytes(compressed));
                item.insert(SHA256.to_owned(), layout::bytes(digest));
                item
            });
        let mut writes: FuturesUnordered<_> =
            items.by_ref().take(CHUNKS_AT_ONCE).map(|item| self.put(item)).collect();
        while let Some(written) = writes.next().await {
            written?;
            writes.extend(items.next().map(|item| self.put(item)));
        }
        self.put(blob::item(&manifest)).await?;
        Ok(manifest)
    }
}

impl DynamoDbCatalog {
    async fn put(&self, item: Item) -> Result<(), DaoError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map(drop).map_err(|error| unavailable(&error))
    }
}

/// The compressed chunks of a blob. A blob that fits one chunk costs a start one request, and no further connection.
/// Chunks of larger ones are smaller, so that environments which start at the same time read from more partitions.
fn split(blob: &[u8]) -> Result<Vec<(BlobChunk, Vec<u8>)>, DaoError> {
    let length_max = if blob.len() <= CHUNK_BYTES_MAX { CHUNK_BYTES_MAX } else { CHUNK_BYTES_MAX / 2 };
    let (mut chunks, mut rest) = (Vec::new(), blob);
    while !rest.is_empty() {
        let mut length = rest.len().min(length_max);
        let mut compressed = compress(&rest[..length])?;
        // A chunk of a sixteenth fits even if it does not compress at all.
        while compressed.len() > COMPRESSED_BYTES_MAX {
            length = length.div_ceil(2);
            compressed = compress(&rest[..length])?;
        }
        let raw_bytes = u32::try_from(length).unwrap_or(u32::MAX);
        chunks.push((BlobChunk { raw_bytes, digest: sha256(&compressed) }, compressed));
        rest = &rest[length..];
    }
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(blob: &[u8]) -> Vec<u32> {
        split(blob).unwrap().iter().map(|(chunk, _)| chunk.raw_bytes).collect()
    }

    #[test]
    fn a_blob_that_fits_one_chunk_is_one_and_a_larger_one_has_chunks_of_half_the_size() {
        let (whole, half) = (4_194_304, 2_097_152);
        assert_eq!(lengths(&[7]), [1]);
        assert_eq!(lengths(&vec![7; CHUNK_BYTES_MAX]), [whole]);
        assert_eq!(lengths(&vec![7; CHUNK_BYTES_MAX + 1]), [half, half, 1]);
    }

    #[test]
    fn a_blob_that_does_not_compress_has_chunks_that_fit_an_item() {
        let mut number = 1_u64;
        let noise = std::iter::repeat_with(|| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            number.to_le_bytes()[7]
        });
        let blob: Vec<u8> = noise.take(3 * 1024 * 1024).collect();
        let chunks = split(&blob).unwrap();
        assert!(chunks.iter().all(|(_, compressed)| compressed.len() <= COMPRESSED_BYTES_MAX));
        assert_eq!(chunks.iter().map(|(chunk, _)| chunk.raw_bytes as usize).sum::<usize>(), blob.len());
    }
}
