//! Why items are kept out of a request, whether or not it has slots: for metrics, of a few requests.

use crate::context::{Context, Inputs};
use crate::decide::AllocationKind;
use crate::recorder::Recorder;
use crate::rejection::{Rejection, RejectionCounts};
use crate::{ads, contents, mix};

/// How many items each rule of eligibility rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// By the first rule that rejects an item.
    pub rejections: RejectionCounts,
    /// How many items none rejects: those that are shown, and those behind them.
    pub survivors: usize,
}

/// Looks at all items that a kind of allocation may show, without choosing any. It takes as long as an answer without a
/// slot.
#[must_use]
pub fn survey(kind: AllocationKind, inputs: &Inputs<'_, '_>) -> Survey {
    let context = Context::new(inputs);
    let mut rejections = RejectionCounts::default();
    let mut ignored = ();
    let mut recorder = Recorder::new(&mut rejections, &mut ignored, &context);
    let has_ads = match kind {
        AllocationKind::Ads => true,
        AllocationKind::Contents => false,
        AllocationKind::Lockscreen => mix::takes_ads(&inputs.unit.mix),
    };
    if has_ads {
        ads::reject_all(&context, Rejection::NotReached, &mut recorder);
    }
    if kind != AllocationKind::Ads {
        contents::reject_all(&context, &mut recorder);
    }
    let survivors = rejections.take(Rejection::NotReached);
    Survey { rejections, survivors }
}
