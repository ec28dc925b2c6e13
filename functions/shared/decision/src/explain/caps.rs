//! Used-up caps in words.

use super::finding::Finding;
use crate::context::Context;
use crate::frequency_cap::{histories, scopes};
use crate::rejection::CapScope;
use lockfill_catalog::{Caps, LineItem};
use lockfill_models::time::Window;
use lockfill_models::user_state::Source;

pub(super) fn find(
    item: LineItem<'_>,
    scope: CapScope,
    window: Window,
    context: &Context<'_, '_>,
) -> Finding {
    let capped = scopes(item).find(|capped| capped.scope == scope);
    let (id, caps) = capped.map_or((item.id(), Caps::default()), |capped| (capped.id(), capped.caps));
    let limit = caps.iter().find(|cap| cap.window == window).map_or(1, |cap| cap.limit);
    let history = histories(context.inputs.state, scope).get(id);
    let seen = history.map_or(0, |history| history.count(window, &context.buckets));
    let source = match context.inputs.state.source {
        Source::Stored => "stored",
        Source::Device => "reported by the device",
        Source::Unknown => "history unknown",
    };
    Finding::new(
        format!("fewer than {limit} showings of {} {id} per {}", scope.name(), window.name()),
        format!("{seen} seen ({source}), and what this slate holds"),
    )
}
