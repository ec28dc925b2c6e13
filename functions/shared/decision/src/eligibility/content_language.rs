//! The language that a content is written in: the one asked for, or else the unit's.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::Content;

pub(super) fn check(content: &Content, context: &Context<'_, '_>) -> Option<Rejection> {
    let wanted = context.query.language.as_ref().unwrap_or(&context.unit.language);
    (content.language != *wanted).then_some(Rejection::Language)
}
