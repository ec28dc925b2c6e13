//! The keys and attributes of items, as readers and the publisher use them. The crate's documentation has the
//! whole layout.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// An item, or the key of one: values by attribute name.
pub type Item = HashMap<String, AttributeValue>;

/// The attribute of a row that holds the row's JSON.
pub const ROW: &str = "row";
/// The attribute that holds a version's number.
pub const VERSION: &str = "version";
/// The attribute of a publish record that holds the time of publication in RFC 3339.
pub const PUBLISHED_AT: &str = "published_at";
/// The attribute of a publish record that holds the number of rows by kind.
pub const ROW_COUNTS: &str = "row_counts";

/// A string value.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number value.
#[must_use]
pub fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The key of an item: its partition (`pk`) and its place in the partition (`sk`).
pub fn key(partition: impl Into<String>, sort: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), text(partition)), ("sk".to_owned(), text(sort))])
}

/// The partition of a version's rows.
#[must_use]
pub fn rows_partition(version: u64) -> String {
    format!("catalog#{version}")
}

/// The key of a row; `sort` is `<kind>#<key>`.
pub fn row_key(version: u64, sort: impl Into<String>) -> Item {
    key(rows_partition(version), sort)
}

/// The key of the pointer to the version that is served.
#[must_use]
pub fn pointer_key() -> Item {
    key("pointer", "catalog")
}

/// The key of a version's publish record.
#[must_use]
pub fn record_key(version: u64) -> Item {
    key("publish", padded(version))
}

/// A version's number in 12 digits, so that numbers sort as text.
#[must_use]
pub fn padded(version: u64) -> String {
    format!("{version:012}")
}

/// The version that an item names; `None` if it names none.
#[must_use]
pub fn version(item: &Item) -> Option<u64> {
    item.get(VERSION)?.as_n().ok()?.parse().ok()
}
