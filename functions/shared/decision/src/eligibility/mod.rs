//! Eligibility: whether an item may be shown here and now. One file per rule.

mod blocked_advertiser;
mod blocked_category;
mod budget;
mod content_language;
mod content_rating;
mod dayparting;
mod flight;
mod floor_price;
mod minimum_interval;
mod pacing;
mod unknown_history;

use crate::context::Context;
use crate::rejection::Rejection;
use crate::targeting;
use lockfill_catalog::{Content, LineItem};
use lockfill_models::time::Interval;

/// When a line item may be shown within the slate, or the first rule that rejects it.
///
/// # Errors
/// The first rule that rejects it.
pub fn check(line_item: &LineItem, context: &Context<'_, '_>) -> Result<Interval, Rejection> {
    let flight = flight::check(line_item.flight, context)?;
    reject(targeting::check(&line_item.targeting, &context.subject()))?;
    let free = minimum_interval::check(line_item, flight, context)?;
    let show = dayparting::check(line_item, free, context)?;
    reject(blocked_category::check(&line_item.categories, context))?;
    reject(blocked_advertiser::check(line_item, context))?;
    reject(content_rating::check(line_item.rating, context))?;
    reject(floor_price::check(line_item, context))?;
    reject(budget::check(line_item, context))?;
    reject(pacing::check(line_item, context))?;
    reject(unknown_history::check(line_item, context))?;
    Ok(show)
}

/// When a content may be shown within the slate, or the first rule that rejects it.
///
/// # Errors
/// The first rule that rejects it.
pub fn check_content(content: &Content, context: &Context<'_, '_>) -> Result<Interval, Rejection> {
    let show = flight::check(Some(content.flight), context)?;
    reject(targeting::check(&content.targeting, &context.subject()))?;
    reject(content_language::check(content, context))?;
    reject(blocked_category::check(&content.categories, context))?;
    reject(content_rating::check(content.rating, context))?;
    Ok(show)
}

fn reject(found: Option<Rejection>) -> Result<(), Rejection> {
    found.map_or(Ok(()), Err)
}
