//! How mature an item may be where it is shown.

use crate::catalog::ContentRating;
use crate::decision::Context;
use crate::rejection::Rejection;

pub(super) fn check(rating: ContentRating, context: &Context<'_, '_>) -> Option<Rejection> {
    (rating > context.unit.content_rating).then_some(Rejection::ContentRating)
}
