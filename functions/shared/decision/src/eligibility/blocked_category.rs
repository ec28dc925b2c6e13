//! Categories that the unit does not show.

use crate::context::Context;
use crate::rejection::Rejection;

pub(super) fn check(categories: &[String], context: &Context<'_, '_>) -> Option<Rejection> {
    let blocked = &context.unit.blocked_categories;
    categories.iter().any(|category| blocked.contains(category)).then_some(Rejection::BlockedCategory)
}
