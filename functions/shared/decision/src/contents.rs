//! Contents: pinned ones first, then unseen ones, then seen ones; each group by score, spread over channels.

use std::cmp::Reverse;

use crate::content_rank::score_ppm;
use crate::context::Context;
use crate::eligibility::check_content;
use crate::index;
use crate::observer::Observer;
use crate::recorder::Recorder;
use crate::rejection::Rejection;
use crate::slot::ContentSlot;
use lockfill_catalog::Content;
use lockfill_models::draw::{Purpose, draw};

/// The group that a content is in. The group counts before the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Editors pinned the content to a place.
    Pinned(u16),
    /// The user has not seen the content.
    Unseen,
    /// The user saw the content lately.
    Seen,
}

impl Standing {
    pub(crate) fn of(content: Content<'_>, context: &Context<'_, '_>) -> Self {
        match content.pinned_rank() {
            Some(rank) => Self::Pinned(rank),
            None if context.inputs.state.contents.contains_key(content.id()) => Self::Seen,
            None => Self::Unseen,
        }
    }
}

/// Up to `count` contents in order.
///
/// Spread: a slot has another channel than the slot before it, as long as another channel has a content left of
/// the same standing.
///
/// Where the observer does not want to know of each content, the index decides, and [`count`] counts.
pub(super) fn decide<'c, O: Observer>(
    context: &Context<'_, 'c>,
    count: usize,
    recorder: &mut Recorder<'_, '_, '_, O>,
) -> Vec<ContentSlot<'c>> {
    let index = context.inputs.catalog.contents_index().filter(|_| !O::WANTS_EACH);
    let slots = index.and_then(|index| index::serve_contents(context, &index, count));
    slots.unwrap_or_else(|| scan(context, count, recorder))
}

/// Counts the contents that each rule rejected, where there is no slot and the index decided.
pub(super) fn count<O: Observer>(context: &Context<'_, '_>, recorder: &mut Recorder<'_, '_, '_, O>) {
    let index = context.inputs.catalog.contents_index().filter(|_| !O::WANTS_EACH);
    if let Some(counts) = index.and_then(|index| index::count_contents(context, &index)) {
        recorder.add_counts(&counts);
    }
}

/// Chooses no content: every one that no rule rejects is not reached.
pub(super) fn reject_all<O: Observer>(context: &Context<'_, '_>, recorder: &mut Recorder<'_, '_, '_, O>) {
    let index = context.inputs.catalog.contents_index().filter(|_| !O::WANTS_EACH);
    match index.and_then(|index| index::count_contents(context, &index)) {
        Some(counts) => recorder.add_counts(&counts),
        None => drop(scan(context, 0, recorder)),
    }
}

/// The reference: looks at each content.
fn scan<'c>(
    context: &Context<'_, 'c>,
    count: usize,
    recorder: &mut Recorder<'_, '_, '_, impl Observer>,
) -> Vec<ContentSlot<'c>> {
    let mut ranked = ranked(context, recorder);
    let mut slots: Vec<ContentSlot<'c>> = Vec::with_capacity(count);
    while slots.len() < count && !ranked.is_empty() {
        let last_channel = slots.last().map(|slot| slot.content.channel_id());
        let first = ranked[0].0;
        let next = ranked
            .iter()
            .take_while(|(standing, _)| *standing == first)
            .position(|(_, slot)| Some(slot.content.channel_id()) != last_channel)
            .unwrap_or(0);
        slots.push(ranked.remove(next).1);
    }
    for (_, slot) in ranked {
        recorder.reject_content(slot.content, Rejection::NotReached);
    }
    slots
}

/// The eligible contents in order.
pub(crate) fn ranked<'c>(
    context: &Context<'_, 'c>,
    recorder: &mut Recorder<'_, '_, '_, impl Observer>,
) -> Vec<(Standing, ContentSlot<'c>)> {
    let now = context.slate.from;
    let mut ranked = Vec::new();
    for content in context.inputs.catalog.contents() {
        match check_content(content, context) {
            Ok(show) => ranked.push((Standing::of(content, context), ContentSlot { content, show })),
            Err(rejection) => recorder.reject_content(content, rejection),
        }
    }
    ranked.sort_by_cached_key(|(standing, slot)| {
        let content = slot.content;
        let score = score_ppm(content, &context.inputs.query.interests, now);
        let tie =
            draw(Purpose::ContentOrder, &context.inputs.query.user_id, content.id(), now.epoch_minute());
        (*standing, Reverse(score), tie, content.id())
    });
    ranked
}
