//! Manifests of blobs as items.

use lockfill_dao::{BlobCounts, BlobManifest, DaoError, Published, RowsDigest};

use crate::errors::malformed;
use crate::layout::{
    self, CHUNK_DIGESTS, CHUNKS, COMPRESSED_BYTES, CONTENTS, DIGEST, Item, LINE_ITEMS, RAW_BYTES, ROWS_DIGEST,
};

/// Reads a manifest.
pub(crate) fn read(item: &Item, published: &Published, format: u32) -> Result<BlobManifest, DaoError> {
    let manifest = parse(item, published, format).filter(BlobManifest::is_consistent);
    manifest.ok_or_else(|| {
        malformed(format!("the manifest of version {} in format {format} cannot be read", published.version))
    })
}

fn parse(item: &Item, published: &Published, format: u32) -> Option<BlobManifest> {
    let (chunk_digests, rest) = layout::bytes_of(item, CHUNK_DIGESTS)?.as_chunks::<32>();
    let chunks = usize::try_from(layout::number_of(item, CHUNKS)?).ok()?;
    let rows_digest: RowsDigest = layout::text_of(item, ROWS_DIGEST)?.parse().ok()?;
    let is_of_the_version = rows_digest == published.digest;
    (rest.is_empty() && chunk_digests.len() == chunks && is_of_the_version).then_some(())?;
    Some(BlobManifest {
        published: *published,
        format,
        digest: *layout::text_of(item, DIGEST)?.parse::<RowsDigest>().ok()?.as_bytes(),
        raw_bytes: layout::number_of(item, RAW_BYTES)?,
        compressed_bytes: layout::number_of(item, COMPRESSED_BYTES)?,
        chunk_digests: chunk_digests.to_vec(),
        counts: counts(item),
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
    let digest = RowsDigest::from_bytes(manifest.digest).to_string();
    item.extend(
        [
            (DIGEST, layout::text(digest)),
            (CHUNKS, layout::number(manifest.chunk_digests.len() as u64)),
            (RAW_BYTES, layout::number(manifest.raw_bytes)),
            (COMPRESSED_BYTES, layout::number(manifest.compressed_bytes)),
            (CHUNK_DIGESTS, layout::bytes(manifest.chunk_digests.concat())),
            (ROWS_DIGEST, layout::text(manifest.published.digest.to_string())),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if let Some(counts) = manifest.counts {
        item.insert(LINE_ITEMS.to_owned(), layout::number(counts.line_items));
        item.insert(CONTENTS.to_owned(), layout::number(counts.contents));
    }
    item
}
