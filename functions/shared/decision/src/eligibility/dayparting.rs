//! The hours of the week, on the user's own clock, in which a line item may be shown.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::LineItem;
use lockfill_models::time::Interval;

/// The first unbroken open span of the slate. A device that needs a later one asks again by then.
pub(super) fn check(
    line_item: &LineItem,
    flight: Interval,
    context: &Context<'_, '_>,
) -> Result<Interval, Rejection> {
    match &line_item.dayparts {
        None => Ok(flight),
        Some(hours) => context.timeline.first_open(hours, flight).ok_or(Rejection::Dayparting),
    }
}
