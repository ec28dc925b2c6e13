//! A content and its channel.

use std::collections::HashMap;

use super::rates::PPM_MAX;
use super::{index, urls};
use crate::entities::Content;
use crate::error::CatalogError;
use crate::rows::{ChannelRow, ContentRow};
use lockfill_models::time::{EpochSeconds, Interval};

pub(super) fn compile(
    row: ContentRow,
    channels: &HashMap<String, ChannelRow>,
    landing_urls: &mut HashMap<String, String>,
) -> Result<Content, CatalogError> {
    if !channels.contains_key(&*row.channel_id) {
        return Err(CatalogError::dangling("content", &row.id, "channel", &row.channel_id));
    }
    if row.quality_ppm > PPM_MAX {
        return Err(CatalogError::new("content", &row.id, "quality_ppm must be at most 1000000"));
    }
    urls::check("content", &row.id, &row.image_url, &row.landing_url)?;
    let flight = Interval::new(row.published_at, row.expires_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| CatalogError::new("content", &row.id, "it expires before it is published"))?;
    index::insert_once("content", landing_urls, &row.id, row.landing_url)?;
    Ok(Content {
        id: row.id.into(),
        channel_id: row.channel_id.into(),
        title: row.title,
        image_url: row.image_url,
        language: row.language,
        categories: distinct(row.categories),
        published_at: row.published_at,
        flight,
        quality_ppm: row.quality_ppm.into(),
        pinned_rank: row.pinned_rank,
        rating: row.rating,
        targeting: row.targeting,
    })
}

/// Each category once: a category that a row lists twice must not raise the content's affinity twice.
fn distinct(mut categories: Vec<String>) -> Vec<String> {
    categories.sort_unstable();
    categories.dedup();
    categories
}
