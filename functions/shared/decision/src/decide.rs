//! The decision: a pure function of (catalog, query, user state, gates, minute) to a slate of slots.

use lockfill_models::time::EpochSeconds;

use crate::context::{Context, Inputs};
use crate::observer::Observer;
use crate::recorder::Recorder;
use crate::rejection::RejectionCounts;
use crate::slot::Slot;
use crate::{ads, contents, lockscreen};

/// Which of the three allocations a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllocationKind {
    /// Ads alone.
    Ads,
    /// Contents alone.
    Contents,
    /// Both, mixed as the unit says.
    Lockscreen,
}

/// The answer to one request.
#[derive(Debug, Clone)]
pub struct Decision<'c> {
    /// What to show, in order.
    pub slots: Vec<Slot<'c>>,
    /// Until when the slate holds.
    pub valid_until: EpochSeconds,
    /// When the device should ask again.
    pub next_request_at: EpochSeconds,
    /// How many items each rule kept out: where there is no slot, or where the observer wants to know of each item.
    pub rejections: RejectionCounts,
}

impl Decision<'_> {
    /// Why there is no slot at all: the rule that rejected most, or `empty_catalog` where there was
    /// nothing to reject.
    #[must_use]
    pub fn no_fill_reason(&self) -> Option<&'static str> {
        let reason = || self.rejections.most_common().unwrap_or("empty_catalog");
        self.slots.is_empty().then(reason)
    }
}

/// Decides. Equal inputs within one minute of `now` give equal decisions, but for gates that close within it.
///
/// The observer is told of every item that is not shown; `&mut ()` ignores it at no cost.
pub fn decide<'c, O: Observer>(
    kind: AllocationKind,
    inputs: &Inputs<'_, 'c>,
    observer: &mut O,
) -> Decision<'c> {
    let context = Context::new(inputs);
    let mut rejections = RejectionCounts::default();
    let mut recorder = Recorder::new(&mut rejections, observer, &context);
    let slots: Vec<_> = match kind {
        AllocationKind::Ads => {
            let ads = ads::decide(&context, context.count, &mut recorder);
            if ads.is_empty() {
                ads::count(&context, &mut recorder);
            }
            ads.into_iter().map(Slot::Ad).collect()
        }
        AllocationKind::Contents => {
            let contents = contents::decide(&context, context.count, &mut recorder);
            if contents.is_empty() {
                contents::count(&context, &mut recorder);
            }
            contents.into_iter().map(Slot::Content).collect()
        }
        AllocationKind::Lockscreen => lockscreen::decide(&context, &mut recorder),
    };
    if !O::WANTS_EACH && !slots.is_empty() {
        // The index has not looked at each item.
        rejections = RejectionCounts::default();
    }
    let next_request_at = next_request_at(&context, &slots);
    Decision { slots, valid_until: context.slate.until, next_request_at, rejections }
}

/// When the device should ask again: after the refresh time of the unit, or earlier when the first slot ends, so
/// that the device always has a slot to show. It is never within the current minute, in which the answer would
/// be the same.
fn next_request_at(context: &Context<'_, '_>, slots: &[Slot<'_>]) -> EpochSeconds {
    let refresh =
        context.slate.from.plus_seconds(context.inputs.unit.refresh_seconds).min(context.slate.until);
    let first_end = slots.iter().map(|slot| slot.show().until).min().unwrap_or(refresh);
    let next_minute = context.slate.from.plus_seconds(60);
    refresh.min(first_end).max(next_minute)
}
