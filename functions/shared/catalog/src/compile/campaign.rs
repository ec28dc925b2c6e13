//! A campaign and its advertiser.

use std::sync::Arc;

use super::index::{ById, Checked, refer};
use crate::entities::{Advertiser, Campaign};
use crate::error::Refusal;
use crate::rows::CampaignRow;
use lockfill_models::time::{EpochSeconds, Interval};

pub(super) fn compile(row: CampaignRow, advertisers: &ById<Arc<Advertiser>>) -> Checked<Arc<Campaign>> {
    let place = ("campaign", &*row.id, "advertiser_id");
    let advertiser = refer(advertisers, ("advertiser", &row.advertiser_id), place)?;
    let flight = Interval::new(row.starts_at, row.ends_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| Refusal::new("campaign", &row.id, "ends_at", "it ends before it starts"))?;
    Ok(Arc::new(Campaign { id: row.id.into(), advertiser: Arc::clone(advertiser), flight, caps: row.caps }))
}
