//! Items as they lie in the table.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao::{DaoError, PublishRecord};

use crate::errors::malformed;

/// An item, or a key.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The attribute of a row that holds its JSON.
pub(crate) const ROW: &str = "row";
/// The attribute of a claim that tells whose it is.
pub(crate) const WRITER: &str = "writer";
/// The attribute that holds a version's number.
pub(crate) const VERSION: &str = "version";

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn key(partition: impl Into<String>, sort: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), text(partition)), ("sk".to_owned(), text(sort))])
}

/// The partition of a version's rows.
pub(crate) fn rows_partition(version: u64) -> String {
    format!("catalog#{version}")
}

pub(crate) fn row_key(version: u64, sort: impl Into<String>) -> Item {
    key(rows_partition(version), sort)
}

pub(crate) fn pointer_key() -> Item {
    key("pointer", "catalog")
}

pub(crate) fn record_key(version: u64) -> Item {
    key("publish", padded(version))
}

pub(crate) fn claim_key(version: u64) -> Item {
    key("claim", padded(version))
}

/// Versions sort as text in the order of their numbers.
fn padded(version: u64) -> String {
    format!("{version:012}")
}

pub(crate) fn pointer_item(version: u64) -> Item {
    with(pointer_key(), [(VERSION, number(version))])
}

pub(crate) fn claim_item(version: u64, writer: &str) -> Item {
    with(claim_key(version), [(VERSION, number(version)), (WRITER, text(writer))])
}

pub(crate) fn record_item(record: &PublishRecord) -> Item {
    let counts = record.row_counts.iter().map(|(kind, count)| (kind.clone(), number(*count))).collect();
    with(
        record_key(record.version),
        [
            (VERSION, number(record.version)),
            ("published_at", text(record.published_at.to_string())),
            ("row_counts", AttributeValue::M(counts)),
        ],
    )
}

/// Reads a publish record.
pub(crate) fn record(item: &Item) -> Result<PublishRecord, DaoError> {
    let broken = |attribute: &str| malformed(format!("a publish record without a readable {attribute}"));
    let published_at = item.get("published_at").and_then(|value| value.as_s().ok());
    let counts = item.get("row_counts").and_then(|value| value.as_m().ok());
    let counts = counts.ok_or_else(|| broken("row_counts"))?;
    let row_counts = counts
        .iter()
        .map(|(kind, count)| Some((kind.clone(), count.as_n().ok()?.parse().ok()?)))
        .collect::<Option<BTreeMap<_, _>>>()
        .ok_or_else(|| broken("row_counts"))?;
    Ok(PublishRecord {
        version: version(item).ok_or_else(|| broken(VERSION))?,
        published_at: published_at
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| broken("published_at"))?,
        row_counts,
    })
}

/// The version that an item names.
pub(crate) fn version(item: &Item) -> Option<u64> {
    item.get(VERSION)?.as_n().ok()?.parse().ok()
}

fn with<const N: usize>(mut item: Item, attributes: [(&str, AttributeValue); N]) -> Item {
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    item
}
