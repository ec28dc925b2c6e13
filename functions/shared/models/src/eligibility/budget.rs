//! Campaigns that have spent what they had.

use crate::catalog::LineItem;
use crate::decision::Context;
use crate::rejection::Rejection;

pub(super) fn check(line_item: &LineItem, context: &Context<'_, '_>) -> Option<Rejection> {
    context.gates.spent_campaigns.contains(&line_item.campaign.id).then_some(Rejection::Budget)
}
