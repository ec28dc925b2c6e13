//! What limits a slate from inside: caps, advertisers, labels, doubt.

use std::collections::BTreeMap;

use jiff::tz::{TimeZone, offset};
use lockfill_catalog::CapKind;
use lockfill_decision::AdSlot;
use lockfill_decision::CapScope;
use lockfill_decision::frequency_cap::scopes;
use lockfill_models::time::{Buckets, EpochSeconds};
use lockfill_models::user_state::{UserState, WindowCount};
use proptest::prelude::*;

use super::config;
use super::shape::ads;
use crate::worlds::{World, world};

fn counted<K: Ord>(slots: &[&AdSlot<'_>], keys: impl Fn(&AdSlot<'_>) -> Vec<K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in slots.iter().flat_map(|slot| keys(slot)) {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// How often the user saw something, by each window's name.
fn seen(state: &UserState, scope: CapScope, id: &str, now: &Buckets) -> impl Fn(&str) -> u32 {
    let histories = match scope {
        CapScope::LineItem => &state.line_items,
        CapScope::Campaign => &state.campaigns,
        CapScope::Advertiser => &state.advertisers,
    };
    let history = histories.get(id).copied();
    let now = *now;
    move |window| {
        let Some(history) = history else { return 0 };
        let current = |window: WindowCount, bucket| if window.bucket == bucket { window.count } else { 0 };
        // The window that has begun in some zone holds, even if it has not begun in this one.
        let furthest = Buckets::at(EpochSeconds(now.minute * 60), &TimeZone::fixed(offset(14)));
        let local = |window: WindowCount, bucket, furthest| {
            if (bucket..=furthest).contains(&window.bucket) { window.count } else { 0 }
        };
        match window {
            "minute" => current(history.minute, now.minute),
            "hour" => current(history.hour, now.hour),
            "day" => local(history.day, now.day, furthest.day),
            "week" => local(history.week, now.week, furthest.week),
            _ => history.lifetime,
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn history_and_slate_together_never_exceed_a_cap(world in world()) {
        let stage = world.stage();
        let decision = stage.decide();
        let ads = ads(&decision);
        let zone = world.query.time_zone.as_ref().unwrap_or(&stage.unit().time_zone);
        let now = Buckets::at(world.now.floor_to_minute(), zone);
        let slots = counted(&ads, |ad| {
            scopes(ad.line_item).map(|capped| (capped.scope, capped.id().to_owned())).collect()
        });
        for capped in ads.iter().flat_map(|ad| scopes(ad.line_item)) {
            let seen = seen(&world.state, capped.scope, capped.id(), &now);
            let on_slate = u32::try_from(slots[&(capped.scope, capped.id().to_owned())]).unwrap();
            for cap in capped.caps.iter() {
                let total = seen(cap.window.name()) + on_slate;
                prop_assert!(total <= cap.limit, "{:?} of {:?} {}", cap, capped.scope, capped.id());
            }
        }
    }

    #[test]
    fn no_advertiser_and_no_label_is_on_a_slate_too_often(world in world()) {
        let stage = world.stage();
        let decision = stage.decide();
        let ads = ads(&decision);
        let advertisers = counted(&ads, |ad| vec![ad.line_item.campaign().advertiser().id().to_owned()]);
        prop_assert!(advertisers.values().all(|&count| count <= stage.unit().advertiser_slots_max));
        let labels = counted(&ads, |ad| ad.line_item.exclusion_labels().iter().map(str::to_owned).collect());
        prop_assert!(labels.values().all(|&count| count == 1), "{:?}", labels);
    }

    #[test]
    fn an_unknown_history_gives_a_capped_line_item_one_slot_or_none(
        world in world().prop_map(World::forgetful),
    ) {
        let stage = world.stage();
        let decision = stage.decide();
        let ads = ads(&decision);
        let capped: Vec<_> = ads.into_iter().filter(|ad| ad.line_item.is_capped()).collect();
        prop_assert!(capped.iter().all(|ad| ad.line_item.cap_kind() == CapKind::Soft));
        let slots = counted(&capped, |ad| vec![ad.line_item.id().to_owned()]);
        prop_assert!(slots.values().all(|&count| count == 1), "{:?}", slots);
    }

    #[test]
    fn nothing_that_the_unit_blocks_or_rates_too_high_is_shown(world in world()) {
        let stage = world.stage();
        let decision = stage.decide();
        let unit = stage.unit();
        for ad in ads(&decision) {
            let item = ad.line_item;
            prop_assert!(item.rating() <= unit.content_rating);
            prop_assert!(item.categories().iter().all(|category| unit.blocked_categories.iter().all(|it| it != category)));
        }
    }
}
