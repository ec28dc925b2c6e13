//! What a slate looks like: which items, when, in which order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use lockfill_catalog::Content;
use lockfill_decision::{AdSlot, AllocationKind, Decision, Slot};
use lockfill_models::time::{Buckets, EpochSeconds, Interval};
use lockfill_models::vocabulary::SlotCount;
use proptest::prelude::*;

use super::config;
use crate::worlds::{Stage, world};

pub(super) fn ads<'d>(decision: &'d Decision<'_>) -> Vec<&'d AdSlot<'d>> {
    let ad = |slot: &'d Slot<'_>| match slot {
        Slot::Ad(ad) => Some(ad),
        Slot::Content(_) => None,
    };
    decision.slots.iter().filter_map(ad).collect()
}

fn contents<'d>(decision: &'d Decision<'_>) -> impl Iterator<Item = Content<'d>> {
    decision.slots.iter().filter_map(|slot| match slot {
        Slot::Ad(_) => None,
        Slot::Content(slot) => Some(slot.content),
    })
}

const fn show(slot: &Slot<'_>) -> Interval {
    match slot {
        Slot::Ad(ad) => ad.show,
        Slot::Content(content) => content.show,
    }
}

/// The items that a decision of its kind looks at.
fn items(stage: &Stage<'_>) -> BTreeSet<String> {
    let line_items = stage.catalog.line_items().map(|item| item.id().to_owned());
    let contents = stage.catalog.contents().map(|content| content.id().to_owned());
    let line_items = line_items.filter(|_| !stage.is_of(AllocationKind::Contents));
    let contents = contents.filter(|_| !stage.is_of(AllocationKind::Ads));
    line_items.chain(contents).collect()
}

/// The user's local hour of the week.
fn hour_of_week(at: EpochSeconds, zone: &TimeZone) -> usize {
    let local = zone.to_datetime(at.timestamp());
    let day = Buckets::at(at, zone).day + 3;
    usize::try_from(day.rem_euclid(7) * 24 + i64::from(local.hour())).unwrap()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_item_has_a_slot_or_exactly_one_reason(world in world()) {
        let stage = world.stage();
        let (decision, explained) = stage.explain();
        let shown: BTreeSet<_> = decision.slots.iter().map(|slot| slot.item().id().to_owned()).collect();
        let mut counts: BTreeMap<_, usize> = shown.iter().map(|id| (id.clone(), 1)).collect();
        for item in &explained {
            *counts.entry(item.item_id.clone()).or_default() += 1;
        }
        prop_assert!(counts.values().all(|&count| count == 1), "{:?} {:?}", shown, explained);
        prop_assert_eq!(counts.into_keys().collect::<BTreeSet<_>>(), items(&stage));
        prop_assert_eq!(decision.no_fill_reason().is_some(), shown.is_empty());
    }

    #[test]
    fn no_slate_is_longer_than_asked_and_none_repeats_a_creative_or_a_content(world in world()) {
        let stage = world.stage();
        let decision = stage.decide();
        let count = world.query.count.map_or(stage.unit().default_count, SlotCount::get);
        prop_assert!(decision.slots.len() <= count);
        let seen: BTreeSet<_> = decision.slots.iter().map(|slot| match slot {
            Slot::Ad(ad) => ad.creative.id(),
            Slot::Content(content) => content.content.id(),
        }).collect();
        prop_assert_eq!(seen.len(), decision.slots.len());
    }

    #[test]
    fn every_slot_is_shown_within_the_slate_its_flight_and_its_hours(world in world()) {
        let stage = world.stage();
        let decision = stage.decide();
        let zone = world.query.time_zone.as_ref().unwrap_or(&stage.unit().time_zone);
        let from = world.now.floor_to_minute();
        prop_assert!(from < decision.next_request_at && decision.next_request_at <= decision.valid_until);
        for slot in &decision.slots {
            let Interval { from: show_from, until } = show(slot);
            prop_assert!(from <= show_from && show_from < until && until <= decision.valid_until);
        }
        for ad in ads(&decision) {
            prop_assert_eq!(ad.show.intersect(ad.line_item.flight().unwrap()), Some(ad.show));
            let Some(hours) = ad.line_item.dayparts() else { continue };
            let mut at = ad.show.from;
            while at < ad.show.until {
                prop_assert!(hours.contains(hour_of_week(at, zone)), "{} is closed", at);
                at = at.plus_seconds(900);
            }
        }
    }

    #[test]
    fn the_first_round_is_ordered_by_tier_then_ecpm_and_comes_before_all_others(world in world()) {
        let stage = world.stage();
        let decision = stage.decide();
        let ads = ads(&decision);
        let mut seen = BTreeSet::new();
        let is_first: Vec<_> = ads.iter().map(|ad| seen.insert(ad.line_item.id())).collect();
        prop_assert!(is_first.is_sorted_by(|one, next| one >= next), "{:?}", is_first);
        let first = &ads[..seen.len()];
        let key = |ad: &&AdSlot<'_>| (ad.line_item.tier(), Reverse(ad.line_item.ecpm_micros(stage.unit())));
        prop_assert!(first.is_sorted_by_key(key));
    }

    #[test]
    fn what_editors_pinned_comes_first_then_the_unseen_then_the_seen(world in world()) {
        let stage = world.stage();
        let decision = stage.decide();
        let standing = |content: Content<'_>| {
            let is_seen = world.state.contents.contains_key(content.id());
            content.pinned_rank().map_or((u16::MAX, is_seen), |rank| (rank, false))
        };
        let standings: Vec<_> = contents(&decision).map(standing).collect();
        prop_assert!(standings.is_sorted(), "{:?}", standings);
    }
}
