//! Whatever a device reports, it takes showings away from its sender alone.

use jiff::tz::TimeZone;
use lockfill_models::time::{Buckets, EpochSeconds, Window};
use lockfill_models::user_state::{Histories, History, UserState};
use lockfill_models::vocabulary::{Identifier, Shown, Vocabulary};
use proptest::prelude::*;
use proptest::sample::select;

use super::config;
use crate::worlds::world;

const WINDOWS: [Window; 5] = [Window::Minute, Window::Hour, Window::Day, Window::Week, Window::Lifetime];

/// Reports of line items and contents, of which some are none, some are named twice, and some are of the future.
fn reports(now: EpochSeconds) -> impl Strategy<Value = Vec<Shown>> {
    let item_id = prop_oneof![
        (0_usize..8).prop_map(|number| format!("li-{number}")),
        (0_usize..8).prop_map(|number| format!("ct-{number}")),
        Just("gone".to_owned()),
    ];
    let count = prop_oneof![0_u32..6, Just(999_999_999_u32)];
    let last = prop_oneof![Just(0_i64), -200_000_i64..1_000, Just(80_000_000_000 - now.0)];
    let shown = (item_id, count, last).prop_map(move |(item_id, count, ago)| Shown {
        item_id: Identifier::read(&item_id).unwrap(),
        count,
        last_shown_at: now.plus_seconds(ago),
    });
    prop::collection::vec(shown, 0..12)
}

/// Whether no count of any window is smaller, and no last showing earlier.
fn is_no_less(with: &Histories, without: &Histories, now: &Buckets) -> bool {
    without.iter().all(|(id, before)| {
        with.get(id).is_some_and(|after| {
            let counts = |history: &History| WINDOWS.map(|window| history.count(window, now));
            let larger = counts(after).into_iter().zip(counts(before)).all(|(after, before)| after >= before);
            larger && after.last_shown_at >= before.last_shown_at
        })
    })
}

fn count(histories: &Histories, id: &str, window: Window, now: &Buckets) -> u32 {
    histories.get(id).map_or(0, |history| history.count(window, now))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_report_only_takes_showings_away(
        (world, report) in world().prop_flat_map(|world| {
            let now = world.now;
            (Just(world), reports(now))
        }),
    ) {
        let stage = world.stage();
        let zone = world.query.time_zone.clone().unwrap_or_else(|| stage.unit().time_zone.clone());
        let now = world.now.floor_to_minute();
        let buckets = Buckets::at(now, &zone);
        let owner_of = |id: &str| {
            let campaign = stage.catalog.line_item(id)?.campaign();
            Some((campaign.id(), campaign.advertiser().id()))
        };
        let mut state = world.state.clone();
        state.add_report(&report, now, &zone, owner_of);
        let before = &world.state;
        prop_assert!(is_no_less(&state.line_items, &before.line_items, &buckets));
        prop_assert!(is_no_less(&state.campaigns, &before.campaigns, &buckets));
        prop_assert!(is_no_less(&state.advertisers, &before.advertisers, &buckets));
        prop_assert!(before.contents.iter().all(|(id, at)| state.contents[id] >= *at));
        prop_assert_eq!(state.first_seen_at, before.first_seen_at);
        // Twice the same report is one.
        let mut again = state.clone();
        again.add_report(&report, now, &zone, owner_of);
        for (id, history) in &again.line_items {
            for window in WINDOWS.into_iter().take(3) {
                prop_assert_eq!(history.count(window, &buckets), count(&state.line_items, id, window, &buckets));
            }
        }
    }

    #[test]
    fn a_device_that_tells_all_keeps_its_caps_while_it_is_offline(
        told in prop::collection::vec(any::<bool>(), 1..40),
        window in select(vec![Window::Day, Window::Week, Window::Lifetime]),
    ) {
        // Showings of one day, of which the store knows those that were told.
        let start: EpochSeconds = "2026-11-25T00:00:30Z".parse().unwrap();
        let mut state = UserState::new_user();
        let mut now = start;
        for (index, is_told) in told.iter().enumerate() {
            now = start.plus_seconds(1_000 * i64::try_from(index).unwrap());
            if *is_told {
                let once = History::once(now, &Buckets::at(now, &TimeZone::UTC));
                let histories = [(&mut state.line_items, "li-1"), (&mut state.campaigns, "c-1")];
                for (histories, id) in histories {
                    histories.entry(id.to_owned()).and_modify(|sum| sum.add(&once)).or_insert(once);
                }
            }
        }
        let all = u32::try_from(told.len()).unwrap();
        let shown = Shown { item_id: Identifier::read("li-1").unwrap(), count: all, last_shown_at: now };
        state.add_report(&[shown], now, &TimeZone::UTC, |_| Some(("c-1", "a-1")));
        let buckets = Buckets::at(now, &TimeZone::UTC);
        prop_assert_eq!(count(&state.line_items, "li-1", window, &buckets), all);
        prop_assert_eq!(count(&state.campaigns, "c-1", window, &buckets), all);
        prop_assert_eq!(state.line_items["li-1"].last_shown_at, now);
    }
}
