//! Advertisers that the unit does not show.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::LineItem;

pub(super) fn check(line_item: &LineItem, context: &Context<'_, '_>) -> Option<Rejection> {
    let blocked = &context.unit.blocked_advertisers;
    blocked.contains(&line_item.campaign.advertiser.id).then_some(Rejection::BlockedAdvertiser)
}
