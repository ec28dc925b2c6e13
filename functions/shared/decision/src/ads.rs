//! Ads: which line items are eligible, in which order, and how the slots are given to them.

use std::cmp::Reverse;

use crate::context::Context;
use crate::eligibility::check_line_item;
use crate::index;
use crate::observer::Observer;
use crate::placement::Slate;
use crate::recorder::Recorder;
use crate::rejection::Rejection;
use crate::slot::AdSlot;
use lockfill_catalog::LineItem;
use lockfill_models::draw::{Purpose, draw};
use lockfill_models::time::Interval;

pub(crate) struct Candidate<'c> {
    pub(crate) line_item: LineItem<'c>,
    show: Interval,
}

/// Up to `count` ads in order: tier, then eCPM, then the stable draw.
///
/// Slots are given in rounds: every candidate gets a slot before any candidate gets a second one, which then
/// shows another creative.
///
/// Where the observer does not want to know of each line item, the index decides, and [`count`] counts.
pub(super) fn decide<'c, O: Observer>(
    context: &Context<'_, 'c>,
    count: usize,
    recorder: &mut Recorder<'_, '_, '_, O>,
) -> Vec<AdSlot<'c>> {
    let index = context.inputs.catalog.ads_index().filter(|_| !O::WANTS_EACH);
    let slots = index.and_then(|index| index::serve(context, &index, count));
    slots.unwrap_or_else(|| scan(context, count, recorder))
}

/// Counts the line items that each rule rejected, where there is no slot and the index decided.
pub(super) fn count<O: Observer>(context: &Context<'_, '_>, recorder: &mut Recorder<'_, '_, '_, O>) {
    let index = context.inputs.catalog.ads_index().filter(|_| !O::WANTS_EACH);
    if let Some(counts) = index.and_then(|index| index::count(context, &index, None)) {
        recorder.add_counts(&counts);
    }
}

/// The reference: looks at each line item.
fn scan<'c>(
    context: &Context<'_, 'c>,
    count: usize,
    recorder: &mut Recorder<'_, '_, '_, impl Observer>,
) -> Vec<AdSlot<'c>> {
    let mut open = ranked(context, recorder);
    let mut slate = Slate::new(context);
    let mut slots = Vec::with_capacity(count);
    while slots.len() < count && !open.is_empty() {
        open.retain(|candidate| {
            if slots.len() == count {
                return true;
            }
            match slate.place(candidate.line_item) {
                Ok(creative) => {
                    let Candidate { line_item, show } = *candidate;
                    slots.push(AdSlot { line_item, creative: line_item.creative(creative), show });
                    true
                }
                Err(rejection) => {
                    if !slate.holds(candidate.line_item) {
                        recorder.reject_line_item(candidate.line_item, rejection);
                    }
                    false
                }
            }
        });
    }
    for candidate in open.iter().filter(|candidate| !slate.holds(candidate.line_item)) {
        recorder.reject_line_item(candidate.line_item, Rejection::NotReached);
    }
    slots
}

/// Chooses no ad: every line item that no other rule rejects is rejected by this one.
pub(super) fn reject_all<O: Observer>(
    context: &Context<'_, '_>,
    rejection: Rejection,
    recorder: &mut Recorder<'_, '_, '_, O>,
) {
    let index = context.inputs.catalog.ads_index().filter(|_| !O::WANTS_EACH);
    if let Some(counts) = index.and_then(|index| index::count(context, &index, Some(rejection))) {
        recorder.add_counts(&counts);
        return;
    }
    for candidate in eligible(context, recorder) {
        recorder.reject_line_item(candidate.line_item, rejection);
    }
}

/// The eligible line items in the catalog's order.
fn eligible<'c>(
    context: &Context<'_, 'c>,
    recorder: &mut Recorder<'_, '_, '_, impl Observer>,
) -> Vec<Candidate<'c>> {
    let mut candidates = Vec::new();
    for line_item in context.inputs.catalog.line_items() {
        match check_line_item(line_item, context) {
            Ok(show) => candidates.push(Candidate { line_item, show }),
            Err(rejection) => recorder.reject_line_item(line_item, rejection),
        }
    }
    candidates
}

/// The eligible line items in serving order.
pub(crate) fn ranked<'c>(
    context: &Context<'_, 'c>,
    recorder: &mut Recorder<'_, '_, '_, impl Observer>,
) -> Vec<Candidate<'c>> {
    let mut candidates = eligible(context, recorder);
    candidates.sort_by_cached_key(|candidate| {
        let item = candidate.line_item;
        let tie = draw(
            Purpose::LineItemOrder,
            &context.inputs.query.user_id,
            item.id(),
            context.slate.from.epoch_minute(),
        );
        (item.tier(), Reverse(item.ecpm_micros(context.inputs.unit)), tie, item.id())
    });
    candidates
}
