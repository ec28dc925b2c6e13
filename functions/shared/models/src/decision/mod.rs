//! The decision: a pure function of (catalog, query, user state, minute) to a slate of slots.

mod ads;
mod content_rank;
mod contents;
mod context;
mod lockscreen;
mod mix;
mod observer;
mod placement;
mod slot;

pub use context::Context;
pub use observer::{Explained, Observer};
pub use placement::Placed;
pub use slot::{AdSlot, ContentSlot, Slot};

use crate::catalog::{Catalog, Unit};
use crate::query::Query;
use crate::rejection::RejectionCounts;
use crate::time::EpochSeconds;
use crate::user_state::UserState;

/// Which of the three allocations is asked for.
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
#[derive(Debug)]
pub struct Decision<'c> {
    /// What to show, in order.
    pub slots: Vec<Slot<'c>>,
    /// Until when the slate holds.
    pub valid_until: EpochSeconds,
    /// When the device should ask again.
    pub next_request_at: EpochSeconds,
    /// How many items each rule kept out.
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

/// Decides. Equal inputs within one minute of `now` give equal decisions.
///
/// The observer hears of every item that is not shown; `&mut ()` hears nothing and costs nothing.
pub fn decide<'c>(
    kind: AllocationKind,
    catalog: &'c Catalog,
    unit: &'c Unit,
    query: &Query,
    state: &UserState,
    now: EpochSeconds,
    observer: &mut impl Observer,
) -> Decision<'c> {
    let context = Context::new(catalog, unit, query, state, now);
    let mut rejections = RejectionCounts::default();
    let mut recorder = observer::Recorder::new(&mut rejections, observer);
    let slots = match kind {
        AllocationKind::Ads => {
            ads::decide(&context, context.count, &mut recorder).into_iter().map(Slot::Ad).collect()
        }
        AllocationKind::Contents => {
            contents::decide(&context, context.count, &mut recorder).into_iter().map(Slot::Content).collect()
        }
        AllocationKind::Lockscreen => lockscreen::decide(&context, &mut recorder),
    };
    let valid_until = context.slate.until;
    let next_request_at = context.slate.from.plus_seconds(unit.refresh_seconds).min(valid_until);
    Decision { slots, valid_until, next_request_at, rejections }
}
