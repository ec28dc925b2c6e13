//! The kinds of rows: their names, and the fields that identify a row of each kind.

use std::collections::BTreeMap;

use lockfill_catalog::rows::CatalogRows;

/// Rows as JSON objects, by kind and then by key.
pub type RawRows = BTreeMap<String, BTreeMap<String, String>>;

/// A kind of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowKind {
    /// The name in keys, counts and messages: `line_item`.
    pub name: &'static str,
    /// The field of [`CatalogRows`] that lists its rows: `line_items`.
    pub field: &'static str,
    /// The row's fields whose values, joined by `#`, are its key.
    pub key_fields: &'static [&'static str],
}

/// All kinds.
pub const ROW_KINDS: [RowKind; 10] = [
    kind("unit", "units"),
    kind("advertiser", "advertisers"),
    kind("campaign", "campaigns"),
    kind("line_item", "line_items"),
    kind("creative", "creatives"),
    kind("channel", "channels"),
    kind("content", "contents"),
    RowKind { name: "exchange_rate", field: "exchange_rates", key_fields: &["currency"] },
    RowKind { name: "rates", field: "rates", key_fields: &["line_item_id", "unit_id"] },
    kind("tombstone", "tombstones"),
];

const fn kind(name: &'static str, field: &'static str) -> RowKind {
    RowKind { name, field, key_fields: &["id"] }
}

/// Adds a row to the rows of its kind. Rows of an unknown kind are ignored, so that a publisher may be updated
/// before the functions are.
///
/// # Errors
/// If the JSON is not a row of that kind.
pub fn add_row(rows: &mut CatalogRows, kind: &str, json: &str) -> Result<(), serde_json::Error> {
    match kind {
        "unit" => rows.units.push(serde_json::from_str(json)?),
        "advertiser" => rows.advertisers.push(serde_json::from_str(json)?),
        "campaign" => rows.campaigns.push(serde_json::from_str(json)?),
        "line_item" => rows.line_items.push(serde_json::from_str(json)?),
        "creative" => rows.creatives.push(serde_json::from_str(json)?),
        "channel" => rows.channels.push(serde_json::from_str(json)?),
        "content" => rows.contents.push(serde_json::from_str(json)?),
        "exchange_rate" => rows.exchange_rates.push(serde_json::from_str(json)?),
        "rates" => rows.rates.push(serde_json::from_str(json)?),
        "tombstone" => rows.tombstones.push(serde_json::from_str(json)?),
        _ => {}
    }
    Ok(())
}
