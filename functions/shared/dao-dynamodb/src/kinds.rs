//! The kinds of rows: their names, and the fields that identify a row of each kind.

use std::collections::BTreeMap;

use lockfill_catalog::rows::CatalogRows;
use lockfill_delivery::terms_rows::TermsRows;

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

/// Rows of a version, by their kinds.
pub trait RowsByKind {
    /// Adds a row to the rows of its kind, and ignores one of a kind that is not read: a publisher may be updated before the
    /// functions are.
    ///
    /// # Errors
    /// If the JSON is not a row of that kind.
    fn add(&mut self, kind: &str, json: &str) -> Result<(), serde_json::Error>;
}

impl RowsByKind for CatalogRows {
    fn add(&mut self, kind: &str, json: &str) -> Result<(), serde_json::Error> {
        match kind {
            "unit" => self.units.push(serde_json::from_str(json)?),
            "advertiser" => self.advertisers.push(serde_json::from_str(json)?),
            "campaign" => self.campaigns.push(serde_json::from_str(json)?),
            "line_item" => self.line_items.push(serde_json::from_str(json)?),
            "creative" => self.creatives.push(serde_json::from_str(json)?),
            "channel" => self.channels.push(serde_json::from_str(json)?),
            "content" => self.contents.push(serde_json::from_str(json)?),
            "exchange_rate" => self.exchange_rates.push(serde_json::from_str(json)?),
            "rates" => self.rates.push(serde_json::from_str(json)?),
            "tombstone" => self.tombstones.push(serde_json::from_str(json)?),
            _ => {}
        }
        Ok(())
    }
}

impl RowsByKind for TermsRows {
    fn add(&mut self, kind: &str, json: &str) -> Result<(), serde_json::Error> {
        match kind {
            "unit" => self.units.push(serde_json::from_str(json)?),
            "campaign" => self.campaigns.push(serde_json::from_str(json)?),
            "line_item" => self.line_items.push(serde_json::from_str(json)?),
            "exchange_rate" => self.exchange_rates.push(serde_json::from_str(json)?),
            "rates" => self.rates.push(serde_json::from_str(json)?),
            _ => {}
        }
        Ok(())
    }
}
