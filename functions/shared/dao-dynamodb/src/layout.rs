//! The keys and attributes of items, as readers and the publisher use them. The crate's documentation has the
//! whole layout.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao::Published;

/// An item, or the key of one: values by attribute name.
pub type Item = HashMap<String, AttributeValue>;

/// The attribute that holds a version's number.
pub const VERSION: &str = "version";
/// The attribute of a pointer, a record and a manifest of rows that holds the digest of rows in hexadecimal digits.
pub const DIGEST: &str = "digest";
/// The attribute of a publish record that holds the time of publication in RFC 3339.
pub const PUBLISHED_AT: &str = "published_at";
/// The attribute of a publish record and of a manifest of rows that holds the number of rows by kind.
pub const ROW_COUNTS: &str = "row_counts";
/// The attribute of a chunk that holds its compressed bytes.
pub const DATA: &str = "data";
/// The attribute of a chunk that holds the SHA-256 digest of its compressed bytes.
pub const SHA256: &str = "sha256";
/// The attribute of a manifest that holds the number of chunks.
pub const CHUNKS: &str = "chunks";
/// The attribute of a manifest that holds the number of bytes before compression.
pub const RAW_BYTES: &str = "raw_bytes";
/// The attribute of a manifest of a blob that holds the number of bytes after compression.
pub const COMPRESSED_BYTES: &str = "compressed_bytes";
/// The attribute of a manifest of a blob that holds the lengths of its chunks before compression: 4 bytes each, the
/// lowest first.
pub const CHUNK_BYTES: &str = "chunk_bytes";
/// The attribute of a manifest of a blob that holds the digests of its compressed chunks, 32 bytes each.
pub const CHUNK_DIGESTS: &str = "chunk_digests";
/// The attribute of a manifest of a blob that holds the number of line items in it.
pub const LINE_ITEMS: &str = "line_items";
/// The attribute of a manifest of a blob that holds the number of contents in it.
pub const CONTENTS: &str = "contents";
/// The attribute of a manifest of a blob that holds the digest of the rows that were compiled.
pub const ROWS_DIGEST: &str = "rows_digest";
/// The most compressed bytes in a chunk, since `DynamoDB` takes 400 KB in an item, names and keys included.
pub const CHUNK_BYTES_MAX: usize = 350_000;
/// The number of partitions over which the chunks of one version are spread.
pub const SHARDS: usize = 16;

/// A string value.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number value.
#[must_use]
pub fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A value of bytes.
pub fn bytes(value: impl Into<Vec<u8>>) -> AttributeValue {
    AttributeValue::B(Blob::new(value))
}

/// The key of an item: its partition (`pk`) and its place in the partition (`sk`).
pub fn key(partition: impl Into<String>, sort: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), text(partition)), ("sk".to_owned(), text(sort))])
}

/// The partition of one of the shards of a version's rows.
#[must_use]
pub fn rows_shard(version: u64, shard: usize) -> String {
    format!("rows#{}#{shard:02}", padded(version))
}

/// The key of a chunk of rows.
#[must_use]
pub fn rows_chunk_key(version: u64, index: usize) -> Item {
    key(rows_shard(version, index % SHARDS), chunk_sort(index))
}

/// The key of the manifest of a version's rows.
#[must_use]
pub fn rows_manifest_key(version: u64) -> Item {
    key(format!("rows#{}", padded(version)), "manifest")
}

/// The key of a chunk of a blob.
#[must_use]
pub fn blob_chunk_key(published: &Published, format: u32, index: usize) -> Item {
    key(format!("{}#{:02}", blob_partition(published, format), index % SHARDS), chunk_sort(index))
}

/// The key of the manifest of a blob.
#[must_use]
pub fn blob_manifest_key(published: &Published, format: u32) -> Item {
    key(blob_partition(published, format), "manifest")
}

/// The partition of a blob's manifest, which begins those of its chunks.
fn blob_partition(published: &Published, format: u32) -> String {
    format!("blob#{format}#{}#{}", padded(published.version), published.digest.short())
}

/// The partition of the notes about the blobs of a version, whatever rows they are made of.
#[must_use]
pub fn blob_notes(version: u64) -> String {
    format!("blob#written#{}", padded(version))
}

/// The key of the note that a blob is written, which is there before the blob: by it the blob of a draft is found that
/// was never published.
#[must_use]
pub fn blob_note_key(published: &Published, format: u32) -> Item {
    key(blob_notes(published.version), format!("{format}#{}", published.digest.short()))
}

/// The partitions of the blob that a note names by its sort key: that of the manifest first, then those of chunks.
/// `None` if it is the sort key of no note.
#[must_use]
pub fn noted_blob(version: u64, note: &str) -> Option<Vec<String>> {
    let (format, short) = note.split_once('#')?;
    let manifest = format!("blob#{format}#{}#{short}", padded(version));
    let shards = (0..SHARDS).map(|shard| format!("{manifest}#{shard:02}")).collect::<Vec<_>>();
    Some([vec![manifest], shards].concat())
}

/// The key of the note that blobs of a format were written: whatever deletes a version looks for its blobs in these
/// formats.
#[must_use]
pub fn blob_format_key(format: u32) -> Item {
    key("blob#formats", format.to_string())
}

/// The key of the pointer to the version that is served.
#[must_use]
pub fn pointer_key() -> Item {
    key("pointer", "catalog")
}

/// The partition of all publish records.
pub const RECORDS: &str = "publish";

/// The key of a version's publish record.
#[must_use]
pub fn record_key(version: u64) -> Item {
    key(RECORDS, padded(version))
}

/// A version's number in 12 digits, so that numbers sort as text.
#[must_use]
pub fn padded(version: u64) -> String {
    format!("{version:012}")
}

/// The number of a chunk in 6 digits.
fn chunk_sort(index: usize) -> String {
    format!("{index:06}")
}

/// The version that an item names; `None` if it names none.
#[must_use]
pub fn version(item: &Item) -> Option<u64> {
    number_of(item, VERSION)
}

/// The version and the digest that an item names; `None` if it does not name both.
#[must_use]
pub fn published(item: &Item) -> Option<Published> {
    Some(Published { version: version(item)?, digest: text_of(item, DIGEST)?.parse().ok()? })
}

/// An attribute that holds a number.
pub(crate) fn number_of(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// An attribute that holds a text.
pub(crate) fn text_of<'i>(item: &'i Item, name: &str) -> Option<&'i str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// An attribute that holds bytes.
pub(crate) fn bytes_of<'i>(item: &'i Item, name: &str) -> Option<&'i [u8]> {
    item.get(name)?.as_b().ok().map(AsRef::as_ref)
}
