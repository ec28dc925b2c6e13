//! How long a run takes.

use std::time::{Duration, Instant};

use lockfill_delivery::pace::{Delivered, PacingState, pace};
use serde_json::json;

use crate::world::{NOON, at, impressions, terms};

const LINE_ITEMS: usize = 100_000;

#[test]
fn a_hundred_thousand_line_items_are_paced_in_a_fifth_of_a_second() {
    let item = json!({"goal": {"kind": "impressions", "count": 10_000}});
    let campaign = json!({"budget_micros": 5_000_000_000_000_i64, "budget_currency": "KRW"});
    let terms = terms(&campaign, &vec![item; LINE_ITEMS]);
    let id = |number: usize| format!("li-{number}");
    let delivered = Delivered {
        line_items: (0..LINE_ITEMS).map(|number| (id(number), impressions(7))).collect(),
        handed_out: (0..LINE_ITEMS).map(|number| (id(number), 3)).collect(),
        requests: [("u-1".to_owned(), 10_000)].into(),
        ..Delivered::default()
    };
    let mut state = PacingState::default();
    pace(&terms, &delivered, &mut state, at(NOON));
    let timed = |run: i64| {
        let (now, began) = (at(NOON).plus_seconds(run * 60), Instant::now());
        let table = pace(&terms, &delivered, &mut state.clone(), now);
        assert_eq!(table.items().len(), LINE_ITEMS);
        began.elapsed()
    };
    // The shortest of some, because the machine does other work, too.
    let took = (1..=5).map(timed).min().expect("runs");
    println!("{LINE_ITEMS} line items took {took:?}");
    assert!(took < LIMIT, "{took:?}");
}

/// Without optimization the same takes about ten times as long.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2_000 } else { 200 });
