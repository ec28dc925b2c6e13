//! Caps over many requests: whatever a device shows of one slate is history for the next.

use lockfill_decision::AdSlot;
use lockfill_decision::CapScope;
use lockfill_decision::frequency_cap::{histories, scopes};
use lockfill_models::time::Buckets;
use lockfill_models::user_state::{History, UserState};
use proptest::prelude::*;

use super::config;
use super::shape::ads;
use crate::worlds::world;

const REQUESTS: usize = 8;

/// The device shows an ad at once, and says so.
fn show(state: &mut UserState, ad: &AdSlot<'_>, once: History) {
    for capped in scopes(ad.line_item) {
        let histories = match capped.scope {
            CapScope::LineItem => &mut state.line_items,
            CapScope::Campaign => &mut state.campaigns,
            CapScope::Advertiser => &mut state.advertisers,
        };
        histories.entry(capped.id().to_owned()).and_modify(|sum| sum.add(&once)).or_insert(once);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn caps_hold_over_sequences_of_requests(first in world(), steps in prop::collection::vec(1_i64..90_000, REQUESTS)) {
        let mut world = first;
        world.state = UserState::new_user();
        for step in steps {
            let stage = world.stage();
            let zone = world.query.time_zone.clone().unwrap_or_else(|| stage.unit().time_zone.clone());
            let now = world.now.floor_to_minute();
            let buckets = Buckets::at(now, &zone);
            let mut state = world.state.clone();
            let decision = stage.decide();
            for ad in ads(&decision) {
                show(&mut state, ad, History::once(now, &buckets));
            }
            for line_item in stage.catalog.line_items() {
                for capped in scopes(line_item) {
                    let history = histories(&state, capped.scope).get(capped.id());
                    for cap in capped.caps.iter() {
                        let shown = history.map_or(0, |history| history.count(cap.window, &buckets));
                        prop_assert!(shown <= cap.limit, "{:?} of {} was shown {}", cap, capped.id(), shown);
                    }
                }
            }
            world.now = world.now.plus_seconds(step);
            world.state = state;
        }
    }
}
