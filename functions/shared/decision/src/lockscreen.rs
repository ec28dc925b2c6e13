//! The lock screen: ads and contents, mixed as the unit says.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Context;
use crate::observer::Observer;
use crate::recorder::Recorder;
use crate::rejection::Rejection;
use crate::slot::Slot;
use crate::{ads, contents, mix};
use lockfill_catalog::FirstSlot;

pub(super) fn decide<'c>(
    context: &Context<'_, 'c>,
    recorder: &mut Recorder<'_, '_, '_, impl Observer>,
) -> Vec<Slot<'c>> {
    let mix = &context.inputs.unit.mix;
    // Only as many ads are chosen as the mix can take: an ad that is dropped afterwards would have used up caps of
    // its line item, campaign and advertiser.
    let ads_max = mix::ad_quota(mix, context.count).max(usize::from(mix.first_slot == FirstSlot::Ad));
    let mut ads =
        ads::decide(context, ads_max.min(context.count), recorder).into_iter().map(Slot::Ad).peekable();
    let mut contents =
        contents::decide(context, context.count, recorder).into_iter().map(Slot::Content).peekable();
    let slots = mix::interleave(mix, context.count, &mut ads, &mut contents);
    let shown: BTreeSet<_> = slots.iter().map(|slot| slot.item().id()).collect();
    let unused: BTreeMap<_, _> = ads.chain(contents).map(|slot| (slot.item().id(), slot.item())).collect();
    for (_, item) in unused.into_iter().filter(|(id, _)| !shown.contains(id)) {
        recorder.reject(item, Rejection::NotReached);
    }
    slots
}
