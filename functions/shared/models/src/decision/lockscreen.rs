//! The lock screen: ads and contents, mixed as the unit says.

use std::collections::BTreeSet;

use super::{Context, Observer, Slot, ads, contents, mix};
use crate::catalog::FirstSlot;
use crate::rejection::Rejection;

pub(super) fn decide<'c>(context: &Context<'_, 'c>, observer: &mut impl Observer) -> Vec<Slot<'c>> {
    let mix = &context.unit.mix;
    // No more ads are chosen than the mix could ever take, so that caps are not spent on slots that are
    // dropped afterwards.
    let ads_max = mix::ad_quota(mix, context.count).max(usize::from(mix.first_slot == FirstSlot::Ad));
    let mut ads =
        ads::decide(context, ads_max.min(context.count), observer).into_iter().map(Slot::Ad).peekable();
    let mut contents =
        contents::decide(context, context.count, observer).into_iter().map(Slot::Content).peekable();
    let slots = mix::interleave(mix, context.count, &mut ads, &mut contents);
    let shown: BTreeSet<_> = slots.iter().map(Slot::item_id).collect();
    let unused: Vec<_> = ads.chain(contents).collect();
    let unused: BTreeSet<_> = unused.iter().map(Slot::item_id).collect();
    for &item_id in unused.difference(&shown) {
        observer.rejected(item_id, Rejection::NotReached);
    }
    slots
}
