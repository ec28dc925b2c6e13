//! What holds for any history.

use lockfill_delivery::pace::{PacingState, pace};
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::Gates;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{NOON, at, delivered, terms};

/// What happens in a minute: slots handed out, impressions, requests, and the seconds since the last run.
type Minute = (u64, u64, u64, i64);

fn history() -> impl Strategy<Value = Vec<Minute>> {
    let seconds = prop_oneof![8 => Just(60_i64), 1 => Just(0), 1 => 0..200_000_i64];
    prop::collection::vec((0..500_u64, 0..300_u64, 0..2_000_u64, seconds), 1..40)
}

fn item() -> impl Strategy<Value = Value> {
    let mode = prop_oneof![Just("even"), Just("front_loaded"), Just("asap")];
    let pricing = prop_oneof![Just("cpm"), Just("cpc"), Just("cpa")];
    let goal = prop_oneof![
        Just(Value::Null),
        (1..20_000_u64).prop_map(|count| json!({"kind": "impressions", "count": count})),
        (1..500_u64).prop_map(|count| json!({"kind": "clicks", "count": count})),
    ];
    (mode, pricing, goal)
        .prop_map(|(delivery, pricing, goal)| json!({"delivery": delivery, "pricing": pricing, "goal": goal}))
}

fn campaign() -> impl Strategy<Value = Value> {
    let amount = || prop::option::of(1..100_000_000_000_i64);
    (amount(), amount()).prop_map(|(lifetime, daily)| {
        json!({
            "budget_micros": lifetime, "daily_budget_micros": daily, "budget_currency": "KRW",
            "timezone": "America/New_York",
        })
    })
}

/// Runs a history, with so many more impressions than it has in the last minute; all tables.
fn run(campaign: &Value, item: &Value, history: &[Minute], more: u64) -> (Vec<Gates>, PacingState) {
    let terms = terms(campaign, std::slice::from_ref(item));
    let (mut state, mut now, mut count, mut tables) = (PacingState::default(), at(NOON), 0, Vec::new());
    for (index, &(handed_out, impressions, requests, seconds)) in history.iter().enumerate() {
        now = now.plus_seconds(seconds);
        count += impressions + if index + 1 == history.len() { more } else { 0 };
        tables.push(pace(&terms, &delivered(count, handed_out, requests), &mut state, now));
    }
    (tables, state)
}

proptest! {
    // A failure is told, and leaves no file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_gate_is_a_share_and_a_spent_one_is_closed(
        campaign in campaign(), item in item(), history in history(),
    ) {
        let (tables, _) = run(&campaign, &item, &history, 0);
        let (budget, daily) = (campaign["budget_micros"].as_i64(), campaign["daily_budget_micros"].as_i64());
        let mut count = 0_i64;
        for (table, (_, impressions, _, _)) in tables.iter().zip(&history) {
            count += i64::try_from(*impressions).expect("a count");
            for gate in table.items() {
                prop_assert!(gate.open_ppm <= 1_000_000);
                prop_assert!(!gate.is_spent || gate.open_ppm == 0);
                prop_assert!(i64::from(gate.closes_at) > table.made_at().0);
            }
            if budget.into_iter().chain(daily).any(|budget| budget <= count * 5_000_000) {
                prop_assert_eq!(table.spent_campaigns(), &[id_hash("c-1")]);
                prop_assert!(table.items().iter().all(|gate| gate.open_ppm == 0));
            }
        }
    }

    // Of line items that are paid by the impression: for others, impressions without a click say that a click takes more
    // of them.
    #[test]
    fn the_more_is_left_the_further_a_gate_is_open(
        campaign in campaign(), mut item in item(), history in history(), more in 1..5_000_u64,
    ) {
        item["pricing"] = json!("cpm");
        if item["goal"]["kind"] == "clicks" {
            item["goal"]["kind"] = json!("impressions");
        }
        let open = |more| {
            let (tables, _) = run(&campaign, &item, &history, more);
            tables.last().and_then(|table| table.gate("li-0").copied()).map(|gate| gate.open_ppm)
        };
        prop_assert!(open(more) <= open(0), "{:?} after more than {:?}", open(more), open(0));
    }

    #[test]
    fn a_state_that_was_stored_goes_on_as_if_it_was_not(
        campaign in campaign(), item in item(), history in history(),
    ) {
        let (_, mut state) = run(&campaign, &item, &history, 0);
        let stored = serde_json::to_string(&state).expect("a state is JSON");
        let mut read: PacingState = serde_json::from_str(&stored).expect("a state");
        prop_assert_eq!(&read, &state);
        let (terms, now) = (terms(&campaign, &[item]), at("2026-11-28T12:00:00Z"));
        let next = |state: &mut PacingState| pace(&terms, &delivered(7, 3, 100), state, now);
        prop_assert_eq!(next(&mut read), next(&mut state));
    }
}

#[test]
fn a_state_is_bounded_by_its_line_items_and_forgets_those_that_are_gone() {
    let goal = json!({"goal": {"kind": "impressions", "count": 1_000}});
    let (owing, gone) = (terms(&json!({}), &[goal]), terms(&json!({}), &[]));
    let mut state = PacingState::default();
    let length = |state: &PacingState| serde_json::to_string(state).expect("JSON").len();
    pace(&owing, &delivered(0, 1, 10), &mut state, at(NOON));
    let first = length(&state);
    for minute in 0..3_000 {
        pace(&owing, &delivered(minute, 1, 10), &mut state, at(NOON).plus_seconds(minute as i64 * 60));
    }
    assert!(length(&state) < first + 3_000, "{} bytes after {first}", length(&state));
    let with = length(&state);
    pace(&gone, &delivered(0, 0, 10), &mut state, at("2026-12-20T00:00:00Z"));
    assert!(length(&state) + 150 < with, "{} bytes after {with}", length(&state));
}
