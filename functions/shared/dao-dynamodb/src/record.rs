//! Publish records: one item for each published version, written with the pointer.

use std::collections::BTreeMap;

use lockfill_dao::DaoError;
use lockfill_models::time::EpochSeconds;

use crate::errors::malformed;
use crate::layout::{self, Item, PUBLISHED_AT, ROW_COUNTS, VERSION};

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishRecord {
    /// The version, one more than the version published before.
    pub version: u64,
    /// The time of publication.
    pub published_at: EpochSeconds,
    /// The number of rows by kind. A reader compares them with what it has read, to notice a missing row.
    pub row_counts: BTreeMap<String, u64>,
}

/// Reads a publish record.
pub(crate) fn read(item: &Item) -> Result<PublishRecord, DaoError> {
    let broken = |attribute: &str| malformed(format!("a publish record without a readable {attribute}"));
    let published_at = item.get(PUBLISHED_AT).and_then(|value| value.as_s().ok());
    let counts = item.get(ROW_COUNTS).and_then(|value| value.as_m().ok());
    let counts = counts.ok_or_else(|| broken(ROW_COUNTS))?;
    let row_counts = counts
        .iter()
        .map(|(kind, count)| Some((kind.clone(), count.as_n().ok()?.parse().ok()?)))
        .collect::<Option<BTreeMap<_, _>>>()
        .ok_or_else(|| broken(ROW_COUNTS))?;
    Ok(PublishRecord {
        version: layout::version(item).ok_or_else(|| broken(VERSION))?,
        published_at: published_at.and_then(|text| text.parse().ok()).ok_or_else(|| broken(PUBLISHED_AT))?,
        row_counts,
    })
}
