//! Any order, any split into runs and any repetition of runs gives what one look at all entries gives.

use lockfill_delivery::facts::{Facts, NO_IMPRESSION};
use lockfill_delivery::rollup::{ArrivedEvent, ORPHAN_MINUTES, RollUp, Totals};
use proptest::prelude::*;

use crate::world::{FIRST, Store, counted, event, ledger};

const MINUTES: i64 = 130;

fn events() -> impl Strategy<Value = Vec<ArrivedEvent>> {
    let class = prop_oneof![6 => Just("valid"), 1 => Just("bot"), 1 => Just("of_a_later_release")];
    let kind = prop_oneof![Just("impression"), Just("click")];
    let one = (0..24_u8, kind, class, 0..MINUTES, -3..2_i64).prop_map(|(slot, kind, class, minute, hour)| {
        event(slot, kind, class, FIRST + minute, FIRST / 60 + hour)
    });
    prop::collection::vec(one, 0..80)
}

fn clicks(facts: &Facts) -> i64 {
    let counts = |class: &str| class == "valid" || class == NO_IMPRESSION;
    facts.iter().filter(|(key, _)| key.kind == "click" && counts(&key.class)).map(|(_, sum)| sum.count).sum()
}

proptest! {
    // A failure is told, and leaves no file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn runs_in_any_split_and_repeated_any_number_of_times_give_what_one_count_gives(
        events in events(),
        mut shuffled in events(),
        runs in prop::collection::vec((0..MINUTES, 1..MINUTES), 0..12),
    ) {
        shuffled.extend(events);
        let entries = ledger(shuffled);
        let mut store = Store::default();
        let mut done = 0;
        for (back, ahead) in runs {
            // A run begins at a minute that earlier ones have reached, and goes on from there.
            let (from, until) = (done.min(back), (done + ahead).min(MINUTES));
            store.roll_up(&entries, FIRST + from, FIRST + until);
            done = until;
        }
        store.roll_up(&entries, FIRST + done, FIRST + MINUTES);
        prop_assert_eq!(store.facts(), counted(&entries));
    }

    #[test]
    fn what_came_late_into_the_index_is_mended_by_the_next_run_over_it(events in events(), late in 0..80_usize) {
        let entries = ledger(events);
        let seen = entries.iter().enumerate().filter(|(at, _)| *at != late).map(|(_, entry)| entry.clone());
        let seen: Vec<_> = seen.collect();
        let mut store = Store::default();
        store.roll_up(&seen, FIRST, FIRST + MINUTES);
        store.roll_up(&entries, FIRST, FIRST + MINUTES);
        prop_assert_eq!(store.facts(), counted(&entries));
    }

    #[test]
    fn hours_are_the_sums_of_their_minutes_and_totals_those_of_their_hours(events in events(), cut in 1..MINUTES) {
        let entries = ledger(events);
        let mut store = Store::default();
        store.roll_up(&entries, FIRST, FIRST + MINUTES);
        let (mut whole, mut first, mut second) = (RollUp::default(), RollUp::default(), RollUp::default());
        let mut totals = Totals::default();
        for (minute, rolled) in &store.minutes {
            whole.add(rolled);
            if *minute < FIRST + cut { first.add(rolled) } else { second.add(rolled) }
            totals.add(*minute, rolled);
        }
        first.add(&second);
        prop_assert_eq!(&first, &whole);
        prop_assert!(whole.reversed.is_empty(), "nothing was open before the first minute");
        prop_assert_eq!(Vec::from(totals.orphans.clone()).len(), whole.orphans.len());
        let json = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(serde_json::from_str::<RollUp>(&json).unwrap(), whole);
        let json = serde_json::to_string(&totals).unwrap();
        prop_assert_eq!(serde_json::from_str::<Totals>(&json).unwrap(), totals);
    }

    #[test]
    fn reversals_change_no_sum_of_clicks_and_no_sum_is_negative_in_the_end(events in events()) {
        let entries = ledger(events);
        let mut store = Store::default();
        store.roll_up(&entries, FIRST, FIRST + MINUTES);
        for rolled in store.minutes.values() {
            let arrived = |sum: i64| sum >= 0;
            prop_assert!(arrived(clicks(&rolled.facts)), "a reversal is no click");
        }
        let valid_clicks = |entry: &&ArrivedEvent| entry.key.kind == "click" && entry.key.class == "valid";
        let expected = entries.iter().filter(valid_clicks).count();
        prop_assert_eq!(clicks(&store.facts()), i64::try_from(expected).unwrap());
        prop_assert!(store.facts().iter().all(|(_, sum)| sum.count > 0 && sum.price_micros >= 0));
    }

    #[test]
    fn a_click_and_its_impression_end_as_valid_in_any_order_within_eight_days(
        apart in -ORPHAN_MINUTES - 3..ORPHAN_MINUTES + 3,
    ) {
        let clicked = FIRST + ORPHAN_MINUTES + 10;
        let entries = [event(1, "click", "valid", clicked, 0), event(1, "impression", "valid", clicked + apart, 0)];
        let mut store = Store::default();
        let minutes: Vec<i64> = entries.iter().map(ArrivedEvent::minute).collect();
        for minute in [minutes[0].min(minutes[1]), minutes[0].max(minutes[1])] {
            store.roll_up(&entries, minute, minute + 1);
        }
        let facts = store.facts();
        let invalid = facts.iter().filter(|(key, _)| key.class == NO_IMPRESSION).count();
        prop_assert_eq!(invalid, usize::from(apart > ORPHAN_MINUTES));
    }
}
