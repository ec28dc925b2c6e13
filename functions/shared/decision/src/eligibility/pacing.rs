//! Line items that hold back, so that their budget lasts.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::LineItem;

pub(super) fn check(line_item: &LineItem, context: &Context<'_, '_>) -> Option<Rejection> {
    let minute = context.slate.from.epoch_minute();
    let is_open = context.gates.is_open(&line_item.id, &context.query.user_id, minute);
    (!is_open).then_some(Rejection::Pacing)
}
