//! The items that publishers alone write.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao::Published;
use lockfill_dao_dynamodb::PublishRecord;
use lockfill_dao_dynamodb::layout::{
    CHUNKS, DATA, DIGEST, Item, PUBLISHED_AT, RAW_BYTES, ROW_COUNTS, SHA256, VERSION, bytes, key, number,
    padded, pointer_key, record_key, rows_chunk_key, rows_manifest_key, text,
};

use crate::row_chunks::{RowChunk, RowChunks};

/// The attribute of a claim that names the publisher.
pub(crate) const WRITER: &str = "writer";

/// The key of the claim on a version.
pub(crate) fn claim_key(version: u64) -> Item {
    key("claim", padded(version))
}

/// The claim of a publisher on a version.
pub(crate) fn claim_item(version: u64, writer: &str) -> Item {
    with(claim_key(version), [(VERSION, number(version)), (WRITER, text(writer))])
}

/// A chunk of rows.
pub(crate) fn chunk_item(version: u64, index: usize, chunk: &RowChunk) -> Item {
    let values = [(DATA, bytes(chunk.data.clone())), (SHA256, bytes(chunk.digest))];
    with(rows_chunk_key(version, index), values)
}

/// The manifest of a version's rows.
pub(crate) fn manifest_item(version: u64, rows: &RowChunks, counts: &BTreeMap<String, u64>) -> Item {
    with(
        rows_manifest_key(version),
        [
            (DIGEST, text(rows.digest.to_string())),
            (CHUNKS, number(rows.chunks.len() as u64)),
            (ROW_COUNTS, counts_value(counts)),
            (RAW_BYTES, number(rows.raw_bytes)),
        ],
    )
}

/// The pointer to a version.
pub(crate) fn pointer_item(published: &Published) -> Item {
    with(pointer_key(), [(VERSION, number(published.version)), (DIGEST, text(published.digest.to_string()))])
}

/// The publish record of a version.
pub(crate) fn record_item(record: &PublishRecord) -> Item {
    with(
        record_key(record.version),
        [
            (VERSION, number(record.version)),
            (DIGEST, text(record.digest.to_string())),
            (PUBLISHED_AT, text(record.published_at.to_string())),
            (ROW_COUNTS, counts_value(&record.row_counts)),
        ],
    )
}

fn counts_value(counts: &BTreeMap<String, u64>) -> AttributeValue {
    AttributeValue::M(counts.iter().map(|(kind, count)| (kind.clone(), number(*count))).collect())
}

fn with<const N: usize>(mut item: Item, attributes: [(&str, AttributeValue); N]) -> Item {
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    item
}
