//! The lock screen: ads and contents, mixed as the unit says.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Context;
use crate::observer::Observer;
use crate::recorder::Recorder;
use crate::rejection::Rejection;
use crate::slot::Slot;
use crate::{ads, contents, mix};

pub(super) fn decide<'c, O: Observer>(
    context: &Context<'_, 'c>,
    recorder: &mut Recorder<'_, '_, '_, O>,
) -> Vec<Slot<'c>> {
    let mix = &context.inputs.unit.mix;
    // Contents are chosen first: without any, the mix takes another number of ads.
    let contents = contents::decide(context, context.count, recorder);
    let ads = if mix::takes_ads(mix) {
        ads::decide(context, mix::ads_wanted(mix, context.count, !contents.is_empty()), recorder)
    } else {
        // Counts are of use where there is no slot.
        if O::WANTS_EACH || contents.is_empty() {
            ads::reject_all(context, Rejection::AdRatio, recorder);
        }
        Vec::new()
    };
    let mut ads = ads.into_iter().map(Slot::Ad).peekable();
    let mut contents = contents.into_iter().map(Slot::Content).peekable();
    let slots = mix::interleave(mix, context.count, &mut ads, &mut contents);
    if slots.is_empty() {
        contents::count(context, recorder);
        if mix::takes_ads(mix) {
            ads::count(context, recorder);
        }
    }
    let shown: BTreeSet<_> = slots.iter().map(|slot| slot.item().id()).collect();
    let unused: BTreeMap<_, _> = ads.chain(contents).map(|slot| (slot.item().id(), slot.item())).collect();
    for (_, item) in unused.into_iter().filter(|(id, _)| !shown.contains(id)) {
        recorder.reject(item, Rejection::NotReached);
    }
    slots
}
