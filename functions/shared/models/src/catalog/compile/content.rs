//! A content and its channel.

use std::collections::{HashMap, HashSet};

use super::super::CatalogError;
use super::super::entities::Content;
use super::super::rows::ContentRow;
use super::{dangling, index, urls};
use crate::time::{EpochSeconds, Interval};

pub(super) fn compile(
    row: ContentRow,
    channels: &HashSet<String>,
    landing_urls: &mut HashMap<String, String>,
) -> Result<Content, CatalogError> {
    if !channels.contains(&row.channel_id) {
        return Err(dangling("content", &row.id, "channel", &row.channel_id));
    }
    urls::check("content", &row.id, &row.image_url, &row.landing_url)?;
    let flight = Interval::new(row.published_at, row.expires_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| CatalogError::new("content", &row.id, "it expires before it is published"))?;
    index::insert_once("content", landing_urls, &row.id, row.landing_url)?;
    Ok(Content {
        id: row.id,
        channel_id: row.channel_id,
        title: row.title,
        image_url: row.image_url,
        language: row.language,
        categories: row.categories,
        published_at: row.published_at,
        flight,
        quality_ppm: row.quality_ppm.into(),
        rating: row.rating,
        targeting: row.targeting,
    })
}
