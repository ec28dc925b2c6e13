//! Campaigns that have spent what they had.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::LineItem;

pub(super) fn check(line_item: &LineItem, context: &Context<'_, '_>) -> Option<Rejection> {
    context.gates.spent_campaigns.contains(&line_item.campaign.id).then_some(Rejection::Budget)
}
