//! A campaign and its advertiser.

use std::collections::HashMap;
use std::sync::Arc;

use crate::entities::{Advertiser, Campaign};
use crate::error::CatalogError;
use crate::rows::CampaignRow;
use lockfill_models::time::{EpochSeconds, Interval};

pub(super) fn compile(
    row: CampaignRow,
    advertisers: &HashMap<String, Arc<Advertiser>>,
) -> Result<Arc<Campaign>, CatalogError> {
    let advertiser = advertisers
        .get(&*row.advertiser_id)
        .ok_or_else(|| CatalogError::dangling("campaign", &row.id, "advertiser", &row.advertiser_id))?;
    let flight = Interval::new(row.starts_at, row.ends_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| CatalogError::new("campaign", &row.id, "it ends before it starts"))?;
    Ok(Arc::new(Campaign { id: row.id.into(), advertiser: Arc::clone(advertiser), flight, caps: row.caps }))
}
