//! How mature an item may be where it is shown.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::ContentRating;

pub(super) fn check(rating: ContentRating, context: &Context<'_, '_>) -> Option<Rejection> {
    (rating > context.unit.content_rating).then_some(Rejection::ContentRating)
}
