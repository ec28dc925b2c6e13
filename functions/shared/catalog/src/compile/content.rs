//! A content and its channel.

use std::collections::HashMap;

use super::rates::PPM_MAX;
use super::urls::Addresses;
use crate::entities::Content;
use crate::error::CatalogError;
use crate::rows::{ChannelRow, ContentRow};
use lockfill_models::time::{EpochSeconds, Interval};

/// The content; `None` if it is withheld.
pub(super) fn compile(
    row: ContentRow,
    channels: &HashMap<String, ChannelRow>,
    addresses: &mut Addresses,
) -> Result<Option<Content>, CatalogError> {
    if !channels.contains_key(&*row.channel_id) {
        return Err(CatalogError::dangling("content", &row.id, "channel", &row.channel_id));
    }
    if row.quality_ppm > PPM_MAX {
        return Err(CatalogError::new("content", &row.id, "quality_ppm must be at most 1000000"));
    }
    let flight = Interval::new(row.published_at, row.expires_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| CatalogError::new("content", &row.id, "it expires before it is published"))?;
    let image_url = addresses.add("content", &row.id, &row.image_url, &row.landing_url)?;
    Ok(image_url.map(|image_url| Content {
        id: row.id.into(),
        channel_id: row.channel_id.into(),
        title: row.title,
        image_url,
        language: row.language,
        categories: distinct(row.categories),
        published_at: row.published_at,
        flight,
        quality_ppm: row.quality_ppm.into(),
        pinned_rank: row.pinned_rank,
        rating: row.rating,
        targeting: row.targeting,
    }))
}

/// Each category once: a category that a row lists twice must not raise the content's affinity twice.
fn distinct(mut categories: Vec<String>) -> Vec<String> {
    categories.sort_unstable();
    categories.dedup();
    categories
}
