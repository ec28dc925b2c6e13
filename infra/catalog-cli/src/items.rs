//! The items that publishers alone write.

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao_dynamodb::PublishRecord;
use lockfill_dao_dynamodb::layout::{
    Item, PUBLISHED_AT, ROW, ROW_COUNTS, VERSION, key, number, padded, pointer_key, record_key, row_key, text,
};

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

/// The row of a kind.
pub(crate) fn row_item(version: u64, kind: &str, key: &str, json: &str) -> Item {
    with(row_key(version, format!("{kind}#{key}")), [(ROW, text(json))])
}

/// The pointer to a version.
pub(crate) fn pointer_item(version: u64) -> Item {
    with(pointer_key(), [(VERSION, number(version))])
}

/// The publish record of a version.
pub(crate) fn record_item(record: &PublishRecord) -> Item {
    let counts = record.row_counts.iter().map(|(kind, count)| (kind.clone(), number(*count))).collect();
    with(
        record_key(record.version),
        [
            (VERSION, number(record.version)),
            (PUBLISHED_AT, text(record.published_at.to_string())),
            (ROW_COUNTS, AttributeValue::M(counts)),
        ],
    )
}

fn with<const N: usize>(mut item: Item, attributes: [(&str, AttributeValue); N]) -> Item {
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    item
}
