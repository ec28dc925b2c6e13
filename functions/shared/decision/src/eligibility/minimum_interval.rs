//! The least time between two showings of a line item to one user.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::LineItem;
use lockfill_models::time::Interval;

/// What is left of a span once the interval since the last showing is over.
pub(super) fn check(
    line_item: &LineItem,
    span: Interval,
    context: &Context<'_, '_>,
) -> Result<Interval, Rejection> {
    let Some(history) = context.state.line_items.get(&line_item.id) else { return Ok(span) };
    let free_from = history.last_shown_at.plus_seconds(line_item.minimum_interval_seconds.into());
    Interval::new(span.from.max(free_from), span.until).ok_or(Rejection::MinimumInterval)
}
