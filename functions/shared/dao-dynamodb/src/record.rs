//! Publish records: one item for each published version, written with the pointer.

use std::collections::BTreeMap;

use lockfill_dao::{DaoError, Published, RowsDigest};
use lockfill_models::time::EpochSeconds;

use crate::errors::malformed;
use crate::layout::{self, Item, PUBLISHED_AT, ROW_COUNTS, VERSION};

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishRecord {
    /// The version, one more than the version published before.
    pub version: u64,
    /// The digest of the version's rows.
    pub digest: RowsDigest,
    /// The time of publication.
    pub published_at: EpochSeconds,
    /// The number of rows by kind.
    pub row_counts: BTreeMap<String, u64>,
}

impl PublishRecord {
    /// The version and its digest.
    #[must_use]
    pub const fn published(&self) -> Published {
        Published { version: self.version, digest: self.digest }
    }
}

/// Reads a publish record.
#[cfg_attr(not(feature = "publisher"), expect(dead_code, reason = "the compiler reads none"))]
pub(crate) fn read(item: &Item) -> Result<PublishRecord, DaoError> {
    let broken = |attribute: &str| malformed(format!("a publish record without a readable {attribute}"));
    let published_at = layout::text_of(item, PUBLISHED_AT);
    layout::version(item).ok_or_else(|| broken(VERSION))?;
    let published = layout::published(item).ok_or_else(|| broken(layout::DIGEST))?;
    Ok(PublishRecord {
        version: published.version,
        digest: published.digest,
        published_at: published_at.and_then(|text| text.parse().ok()).ok_or_else(|| broken(PUBLISHED_AT))?,
        row_counts: counts(item).ok_or_else(|| broken(ROW_COUNTS))?,
    })
}

/// The number of rows by kind that an item names.
pub(crate) fn counts(item: &Item) -> Option<BTreeMap<String, u64>> {
    let counts = item.get(ROW_COUNTS)?.as_m().ok()?;
    counts.iter().map(|(kind, count)| Some((kind.clone(), count.as_n().ok()?.parse().ok()?))).collect()
}
