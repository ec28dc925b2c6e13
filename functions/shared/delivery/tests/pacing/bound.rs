//! By how much a budget is exceeded.

use std::collections::VecDeque;

use lockfill_delivery::pace::{PacingState, pace};
use lockfill_models::pacing::Gate;
use proptest::prelude::*;
use serde_json::json;

use crate::world::{NOON, at, delivered, terms};

/// So long after its hand-out a slot that was not shown is dropped, in minutes.
const KEPT_MINUTES: usize = 60;

/// Phones that ask so often, and show a part of the slots after some minutes.
#[derive(Debug, Clone, Copy)]
struct Phones {
    requests: u64,
    shown_percent: u64,
    delay_minutes: usize,
}

fn phones() -> impl Strategy<Value = Phones> {
    (1..3_000_u64, 5..=100_u64, 1..40_usize).prop_map(|(requests, shown_percent, delay_minutes)| Phones {
        requests,
        shown_percent,
        delay_minutes,
    })
}

/// Impressions of a budget after three hours, and how many more its slots may have brought when it was last left open: those
/// in flight, and those that were handed out until the next run.
fn spend(budget: u64, phones: Phones, mode: &str) -> (u64, u64) {
    let micros = budget * 5_000_000;
    let terms =
        terms(&json!({"budget_micros": micros, "budget_currency": "KRW"}), &[json!({"delivery": mode})]);
    let (mut state, mut now, mut count) = (PacingState::default(), at(NOON), 0);
    let (mut in_flight, mut exposed) = (VecDeque::from(vec![(0, 0); KEPT_MINUTES]), 0);
    let (mut handed_out, mut rest, mut slots) = (0, 0.0, 0_u64);
    for minute in 0..200 {
        let requests = if minute == 0 { 0 } else { phones.requests };
        let table = pace(&terms, &delivered(count, handed_out, requests), &mut state, now);
        let is_open = table.spent_campaigns().is_empty();
        let open = table.gate("li-0").map_or(1.0, |gate| part_of_a_minute(gate, now.0));
        rest += phones.requests as f64 * open;
        handed_out = rest as u64;
        rest -= handed_out as f64;
        if is_open {
            exposed = in_flight.iter().map(|(slots, _)| slots).sum::<u64>() + handed_out;
        } else {
            assert_eq!(handed_out, 0, "after the budget was spent");
        }
        let shown = (0..handed_out).filter(|_| {
            slots += 1;
            // Scattered as by chance, and the same in each run.
            (slots.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % 100 < phones.shown_percent
        });
        in_flight.push_front((handed_out, shown.count() as u64));
        let reported = &mut in_flight[phones.delay_minutes];
        count += reported.1;
        *reported = (reported.0 - reported.1, 0);
        in_flight.truncate(KEPT_MINUTES);
        now = now.plus_seconds(60);
    }
    (count, exposed)
}

/// The part of the requests of a minute that a gate lets pass.
fn part_of_a_minute(gate: &Gate, now: i64) -> f64 {
    let seconds = (i64::from(gate.closes_at) - now).clamp(0, 60);
    f64::from(gate.open_ppm) / 1e6 * seconds as f64 / 60.0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_budget_is_exceeded_by_what_is_in_flight_and_one_intervals_hand_out_at_most(
        budget in 1..10_000_u64, phones in phones(), mode in prop_oneof![Just("asap"), Just("even")],
    ) {
        let (count, exposed) = spend(budget, phones, mode);
        prop_assert!(count.saturating_sub(budget) <= exposed, "{count} of {budget}, exposed to {exposed}");
    }
}

#[test]
fn caution_keeps_the_excess_of_a_small_budget_small_where_slots_are_shown_soon() {
    let mut spent = Vec::new();
    for budget in [2, 100, 1_000] {
        for delay_minutes in [1, 10] {
            let phones = Phones { requests: 1_500, shown_percent: 40, delay_minutes };
            spent.push((budget, delay_minutes, spend(budget, phones, "asap").0));
        }
    }
    assert!(spent.iter().all(|(budget, _, count)| *count <= budget + 2 + budget / 20), "{spent:?}");
}
