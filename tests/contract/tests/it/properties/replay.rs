//! Equal inputs give equal decisions, with or without an explanation.

use lockfill_decision::{Decision, Slot};
use lockfill_models::time::{EpochSeconds, Interval};
use proptest::prelude::*;

use super::config;
use crate::worlds::world;

/// All that a decision says: its slots, its two times, and where no slot came out, the counts by rule.
pub(super) type Said =
    (Vec<(String, String, Interval)>, EpochSeconds, EpochSeconds, Vec<(&'static str, usize)>);

pub(super) fn said(decision: &Decision<'_>) -> Said {
    let slot = |slot: &Slot<'_>| match slot {
        Slot::Ad(ad) => (ad.line_item.id().to_owned(), ad.creative.id().to_owned(), ad.show),
        Slot::Content(content) => (content.content.id().to_owned(), String::new(), content.show),
    };
    let slots = decision.slots.iter().map(slot).collect();
    let counts = if decision.slots.is_empty() { decision.rejections.iter().collect() } else { Vec::new() };
    (slots, decision.valid_until, decision.next_request_at, counts)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn equal_inputs_decide_equally(world in world()) {
        let (one, other) = (world.stage(), world.stage());
        prop_assert_eq!(said(&one.decide()), said(&other.decide()));
    }

    #[test]
    fn every_second_of_a_minute_decides_equally(world in world(), second in 0_i64..60) {
        let stage = world.stage();
        let other = EpochSeconds(world.now.floor_to_minute().0 + second);
        prop_assert_eq!(said(&stage.decide()), said(&stage.decide_at(other, &mut ())));
    }

    #[test]
    fn asking_why_changes_nothing(world in world()) {
        let stage = world.stage();
        let (explained, reasons) = stage.explain();
        prop_assert_eq!(said(&stage.decide()), said(&explained));
        let counted: usize = explained.rejections.iter().map(|(_, count)| count).sum();
        prop_assert_eq!(counted, reasons.len());
    }
}
