//! The dates between which an item may be shown, cut to the slate.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_models::time::Interval;

pub(super) fn check(flight: Option<Interval>, context: &Context<'_, '_>) -> Result<Interval, Rejection> {
    flight.and_then(|flight| flight.intersect(context.slate)).ok_or(Rejection::Flight)
}
