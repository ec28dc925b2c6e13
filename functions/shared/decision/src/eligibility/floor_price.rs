//! The least that a thousand impressions on the unit must bring. House ads bring nothing and are exempt.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::{LineItem, Tier};

pub(super) fn check(line_item: &LineItem, context: &Context<'_, '_>) -> Option<Rejection> {
    let is_below = line_item.ecpm_micros(&context.unit.id) < context.unit.floor_price_micros;
    (line_item.tier != Tier::House && is_below).then_some(Rejection::FloorPrice)
}
