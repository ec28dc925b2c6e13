//! Hard caps while nobody knows what the user has seen: better not shown than shown too often.

use crate::context::Context;
use crate::rejection::Rejection;
use lockfill_catalog::{CapKind, LineItem};
use lockfill_models::user_state::Source;

pub(super) fn check(line_item: &LineItem, context: &Context<'_, '_>) -> Option<Rejection> {
    let is_unknown = context.state.source == Source::Unknown;
    let is_hard = line_item.cap_kind == CapKind::Hard && line_item.is_capped();
    (is_unknown && is_hard).then_some(Rejection::UnknownHistory)
}
