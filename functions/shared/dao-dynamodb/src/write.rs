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

/// The compressed chunks of a blob, each as large as an item takes it.
fn split(blob: &[u8]) -> Result<Vec<(BlobChunk, Vec<u8>)>, DaoError> {
    let (mut chunks, mut rest) = (Vec::new(), blob);
    while !rest.is_empty() {
        let mut length = rest.len().min(CHUNK_BYTES_MAX);
        let mut compressed = compress(&rest[..length])?;
        // A chunk of a quarter fits even if it does not compress at all.
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
