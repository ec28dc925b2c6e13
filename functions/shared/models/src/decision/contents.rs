//! Contents: the unseen first, then by score, spread over channels.

use std::cmp::Reverse;

use super::content_rank::score_ppm;
use super::{ContentSlot, Context, Observer};
use crate::draw::{Purpose, draw};
use crate::eligibility;
use crate::rejection::Rejection;

/// Up to `count` contents in order.
///
/// Spread: no slot has the channel of the slot before it while another channel has something left that is
/// as unseen.
pub(super) fn decide<'c>(
    context: &Context<'_, 'c>,
    count: usize,
    observer: &mut impl Observer,
) -> Vec<ContentSlot<'c>> {
    let mut ranked = ranked(context, observer);
    let mut slots: Vec<ContentSlot<'c>> = Vec::with_capacity(count);
    while slots.len() < count && !ranked.is_empty() {
        let last_channel = slots.last().map(|slot| slot.content.channel_id.as_str());
        let is_seen = ranked[0].0;
        let next = ranked
            .iter()
            .take_while(|(seen, _)| *seen == is_seen)
            .position(|(_, slot)| Some(slot.content.channel_id.as_str()) != last_channel)
            .unwrap_or(0);
        slots.push(ranked.remove(next).1);
    }
    for (_, slot) in ranked {
        observer.rejected(&slot.content.id, Rejection::NotReached);
    }
    slots
}

/// The eligible contents in order, each with whether the user saw it.
fn ranked<'c>(context: &Context<'_, 'c>, observer: &mut impl Observer) -> Vec<(bool, ContentSlot<'c>)> {
    let now = context.slate.from;
    let mut ranked = Vec::new();
    for content in context.catalog.contents() {
        match eligibility::check_content(content, context) {
            Ok(show) => {
                ranked
                    .push((context.state.contents.contains_key(&content.id), ContentSlot { content, show }));
            }
            Err(rejection) => observer.rejected(&content.id, rejection),
        }
    }
    ranked.sort_by_cached_key(|(seen, slot)| {
        let content = slot.content;
        let score = score_ppm(content, &context.query.interests, now);
        let tie = draw(Purpose::ContentOrder, &context.query.user_id, &content.id, now.epoch_minute());
        (*seen, Reverse(score), tie, &content.id)
    });
    ranked
}
