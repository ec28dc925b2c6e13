//! Small budgets, spent ones, and tables that no run renews.

use lockfill_delivery::pace::{Delivered, PacingState, pace};
use lockfill_delivery::terms::Terms;
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;
use serde_json::json;

use crate::world::{NOON, at, delivered, impressions, terms};

#[test]
fn a_budget_of_two_impressions_opens_for_few_and_is_closed_once_it_is_spent() {
    let terms = terms(
        &json!({"budget_micros": 10_000_000, "budget_currency": "KRW"}),
        &[json!({"delivery": "asap"})],
    );
    let (mut state, mut now, mut open, mut handed_out) = (PacingState::default(), at(NOON), 0.0, 0);
    // Each of 1,000 requests a minute takes a slot if the gate is open, and none is reported.
    for _ in 0..20 {
        open += 1_000.0 * f64::from(gate_of(&terms, &mut state, now, handed_out).open_ppm) / 1e6;
        handed_out = open as u64;
        open -= open.floor();
        assert!(handed_out <= 2, "{handed_out} in a minute");
        now = now.plus_seconds(60);
    }
    let table = pace(&terms, &delivered(0, 6, 1_000), &mut state, now);
    let gate = table.gate("li-0").expect("a gate");
    assert_eq!((gate.open_ppm, gate.is_spent), (0, false), "what is in flight may spend the rest");
    let table = pace(&terms, &delivered(2, 0, 1_000), &mut state, now.plus_seconds(60));
    let gate = table.gate("li-0").expect("a gate");
    assert_eq!((gate.open_ppm, gate.is_spent), (0, true));
    assert_eq!(table.spent_campaigns(), [id_hash("c-1")]);
}

fn gate_of(terms: &Terms, state: &mut PacingState, now: EpochSeconds, handed_out: u64) -> Gate {
    let table = pace(terms, &delivered(0, handed_out, 1_000), state, now);
    assert!(table.spent_campaigns().is_empty());
    *table.gate("li-0").expect("a gate")
}

#[test]
fn before_the_first_request_a_small_budget_opens_for_few() {
    let terms = terms(
        &json!({"budget_micros": 500_000_000, "budget_currency": "KRW"}),
        &[json!({"delivery": "asap"})],
    );
    let mut state = PacingState::default();
    let open = |state: &mut PacingState, requests, minute: i64| {
        let table = pace(&terms, &delivered(0, 0, requests), state, at(NOON).plus_seconds(minute * 60));
        table.gate("li-0").expect("a gate").open_ppm
    };
    let before = open(&mut state, 0, 0);
    assert!((1..=25_000).contains(&before), "{before} ppm of 1,000 requests a minute, for 100 impressions");
    assert_eq!(open(&mut state, 0, 1), before, "nothing is known a minute later");
    assert!(open(&mut state, 10, 2) > 10 * before, "ten requests a minute do not spend it");
}

#[test]
fn a_rest_that_pays_for_no_impression_is_spent() {
    let terms = terms(&json!({"budget_micros": 14_999_999, "budget_currency": "KRW"}), &[json!({})]);
    let table = pace(&terms, &delivered(2, 0, 10), &mut PacingState::default(), at(NOON));
    assert_eq!(table.spent_campaigns(), [id_hash("c-1")]);
}

#[test]
fn what_withdrawn_line_items_cost_is_paid_from_the_budget() {
    let terms = terms(&json!({"budget_micros": 10_000_000, "budget_currency": "KRW"}), &[json!({})]);
    let withdrawn = [("c-1".to_owned(), impressions(2))].into();
    let delivered = Delivered { withdrawn, ..Delivered::default() };
    let table = pace(&terms, &delivered, &mut PacingState::default(), at(NOON));
    assert_eq!(table.spent_campaigns(), [id_hash("c-1")]);
}

#[test]
fn a_budget_in_another_currency_than_the_price_is_converted_by_the_catalogs_rates() {
    // 0.00725 dollars are 10 won.
    let terms = terms(&json!({"budget_micros": 7_250, "budget_currency": "USD"}), &[json!({})]);
    let spent = |count| {
        let table = pace(&terms, &delivered(count, 0, 10), &mut PacingState::default(), at(NOON));
        table.spent_campaigns().len()
    };
    assert_eq!([spent(0), spent(1), spent(2)], [0, 0, 1]);
}

#[test]
fn a_goal_that_is_reached_closes_the_gate_and_not_the_campaign() {
    let goal = json!({"goal": {"kind": "impressions", "count": 100}});
    let terms = terms(&json!({}), &[goal, json!({})]);
    let table = pace(&terms, &delivered(100, 0, 10), &mut PacingState::default(), at(NOON));
    let gate = table.gate("li-0").expect("a gate");
    assert_eq!((gate.open_ppm, gate.is_spent), (0, true));
    assert_eq!(table.gate("li-1"), None, "a line item without a limit has no gate");
    assert!(table.spent_campaigns().is_empty());
}

#[test]
fn a_daily_budget_is_that_of_the_campaigns_day() {
    let campaign =
        json!({"daily_budget_micros": 10_000_000, "budget_currency": "KRW", "timezone": "Asia/Seoul"});
    let terms = terms(&campaign, &[json!({})]);
    let mut today = delivered(2, 0, 10);
    let spent = pace(&terms, &today, &mut PacingState::default(), at(NOON));
    assert_eq!(spent.spent_campaigns(), [id_hash("c-1")]);
    today.line_items.get_mut("li-0").expect("the line item").today = impressions(0).lifetime;
    let next = pace(&terms, &today, &mut PacingState::default(), at(NOON));
    assert!(next.spent_campaigns().is_empty());
}

#[test]
fn a_share_of_voice_is_a_fixed_gate() {
    let terms = terms(&json!({}), &[json!({"tier": "sponsorship", "share_ppm": 250_000})]);
    let mut state = PacingState::default();
    for minute in 0..60 {
        let now = at(NOON).plus_seconds(minute * 60);
        let table = pace(&terms, &delivered(0, 20, 100), &mut state, now);
        let gate = table.gate("li-0").expect("a gate");
        assert_eq!((gate.open_ppm, gate.closes_at), (250_000, NEVER_CLOSES));
    }
}

#[test]
fn an_open_gate_closes_by_itself_before_its_budget_can_be_spent() {
    let terms = terms(
        &json!({"budget_micros": 5_000_000_000_i64, "budget_currency": "KRW"}),
        &[json!({"delivery": "asap"})],
    );
    let (mut state, mut now, mut count) = (PacingState::default(), at(NOON), 0);
    // A request brings a slot, two of five slots are shown.
    for _ in 0..30 {
        count += 16;
        let table = pace(&terms, &delivered(count, 40, 40), &mut state, now);
        let gate = table.gate("li-0").expect("a gate");
        let open = f64::from(gate.open_ppm) / 1e6;
        let minutes = (f64::from(gate.closes_at) - now.0 as f64) / 60.0;
        assert!(gate.closes_at != NEVER_CLOSES && minutes > 0.0, "{gate:?}");
        assert!(open * minutes * 40.0 * 0.3 <= 1_000.0 - count as f64, "{gate:?} after {count}");
        now = now.plus_seconds(60);
    }
}
