//! Contents and their channels.

use std::collections::HashSet;

use super::index::ById;
use super::rates::PPM_MAX;
use super::urls::Addresses;
use crate::entities::{Content, LineItem};
use crate::error::{Refusal, Refusals};
use crate::rows::ContentRow;
use lockfill_models::time::{EpochSeconds, Interval};

/// The contents that are not withheld, in the order of their rows.
pub(super) fn all(
    rows: Vec<ContentRow>,
    channels: &HashSet<String>,
    line_items: &ById<Box<LineItem>>,
    addresses: &mut Addresses,
    refused: &mut Refusals,
) -> Vec<Content> {
    let mut contents = Vec::with_capacity(rows.len());
    for row in rows {
        // A device reports what it showed by id alone, so an id must tell a line item from a content.
        if line_items.contains_key(&*row.id) {
            refused.add(Refusal::new("content", &row.id, "id", "a line item has this id"));
            continue;
        }
        contents.extend(refused.take(compile(row, channels, addresses)).flatten());
    }
    contents
}

/// The content; `None` if it is withheld.
fn compile(
    row: ContentRow,
    channels: &HashSet<String>,
    addresses: &mut Addresses,
) -> Result<Option<Content>, Refusal> {
    if !channels.contains(&*row.channel_id) {
        return Err(Refusal::dangling("content", &row.id, "channel_id", "channel", &row.channel_id));
    }
    if row.quality_ppm > PPM_MAX {
        let problem = "quality_ppm must be at most 1000000";
        return Err(Refusal::new("content", &row.id, "quality_ppm", problem));
    }
    let flight = Interval::new(row.published_at, row.expires_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| Refusal::new("content", &row.id, "expires_at", "it expires before it is published"))?;
    let read = addresses.add("content", &row.id, &row.image_url, &row.landing_url)?;
    Ok(read.map(|(image_url, landing_url)| Content {
        id: row.id.into(),
        channel_id: row.channel_id.into(),
        title: row.title,
        image_url,
        landing_url,
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
