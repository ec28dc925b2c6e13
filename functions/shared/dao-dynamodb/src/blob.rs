//! Manifests of blobs as items.

use lockfill_dao::{BlobChunk, BlobCounts, BlobManifest, DaoError, Published, RowsDigest};

use crate::errors::malformed;
use crate::layout::{
    self, CHUNK_BYTES, CHUNK_DIGESTS, CHUNKS, COMPRESSED_BYTES, CONTENTS, Item, LINE_ITEMS, RAW_BYTES,
    ROWS_DIGEST,
};

/// Reads a manifest.
pub(crate) fn read(item: &Item, published: &Published, format: u32) -> Result<BlobManifest, DaoError> {
    let manifest = parse(item, published, format).filter(|manifest| manifest.ranges().is_some());
    manifest.ok_or_else(|| {
        malformed(format!("the manifest of version {} in format {format} cannot be read", published.version))
    })
}

fn parse(item: &Item, published: &Published, format: u32) -> Option<BlobManifest> {
    let (digests, rest) = layout::bytes_of(item, CHUNK_DIGESTS)?.as_chunks::<32>();
    let (lengths, rest_of_lengths) = layout::bytes_of(item, CHUNK_BYTES)?.as_chunks::<4>();
    let chunks = usize::try_from(layout::number_of(item, CHUNKS)?).ok()?;
    let rows_digest: RowsDigest = layout::text_of(item, ROWS_DIGEST)?.parse().ok()?;
    let is_of_the_version = rows_digest == published.digest;
    let are_whole = rest.is_empty() && rest_of_lengths.is_empty();
    let are_as_many = digests.len() == chunks && lengths.len() == chunks;
    (are_whole && are_as_many && is_of_the_version).then_some(())?;
    let chunk = |(&length, &digest)| BlobChunk { raw_bytes: u32::from_le_bytes(length), digest };
    Some(BlobManifest {
        published: *published,
        format,
        raw_bytes: layout::number_of(item, RAW_BYTES)?,
        compressed_bytes: layout::number_of(item, COMPRESSED_BYTES)?,
        chunks: lengths.iter().zip(digests).map(chunk).collect(),
        counts: counts(item)?,
    })
}

fn counts(item: &Item) -> Option<BlobCounts> {
    let number = |name| layout::number_of(item, name);
    Some(BlobCounts { line_items: number(LINE_ITEMS)?, contents: number(CONTENTS)? })
}

/// The item of a manifest.
#[cfg(feature = "compiler")]
pub(crate) fn item(manifest: &BlobManifest) -> Item {
    let mut item = layout::blob_manifest_key(&manifest.published, manifest.format);
    let lengths: Vec<_> = manifest.chunks.iter().flat_map(|chunk| chunk.raw_bytes.to_le_bytes()).collect();
    let digests: Vec<_> = manifest.chunks.iter().flat_map(|chunk| chunk.digest).collect();
    item.extend(
        [
            (CHUNKS, layout::number(manifest.chunks.len() as u64)),
            (RAW_BYTES, layout::number(manifest.raw_bytes)),
            (COMPRESSED_BYTES, layout::number(manifest.compressed_bytes)),
            (CHUNK_BYTES, layout::bytes(lengths)),
            (CHUNK_DIGESTS, layout::bytes(digests)),
            (ROWS_DIGEST, layout::text(manifest.published.digest.to_string())),
            (LINE_ITEMS, layout::number(manifest.counts.line_items)),
            (CONTENTS, layout::number(manifest.counts.contents)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    item
}
