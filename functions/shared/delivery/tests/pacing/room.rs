//! Line items that are delivered as fast as possible, beside plans.

use lockfill_delivery::pace::{Delivered, PacingState, pace};
use serde_json::{Value, json};

use crate::world::{NOON, at, impressions, terms};

/// How far the gate of the fast line item is open after two hours in which it took four slots of each request to which
/// its gate was open.
fn open_beside(other: Value) -> u32 {
    let fast = json!({"delivery": "asap", "goal": {"kind": "impressions", "count": 10_000_000}});
    let terms = terms(&json!({}), &[fast, other]);
    let (mut state, mut open, mut shown) = (PacingState::default(), 1_000_000, 0);
    for minute in 0..120_u64 {
        shown += 160 * u64::from(open) / 1_000_000;
        let delivered = Delivered {
            line_items: [("li-0".to_owned(), impressions(shown))].into(),
            handed_out: [("li-0".to_owned(), 400 * u64::from(open) / 1_000_000)].into(),
            requests: [("u-1".to_owned(), 100)].into(),
            ..Delivered::default()
        };
        let now = at(NOON).plus_seconds(i64::try_from(minute).expect("a minute") * 60);
        let table = pace(&terms, &delivered, &mut state, now);
        open = table.gate("li-0").expect("a gate").open_ppm;
    }
    open
}

#[test]
fn as_fast_as_possible_leaves_room_for_a_plan_that_is_behind() {
    let goal = |count: u64| json!({"goal": {"kind": "impressions", "count": count}});
    let (small, large) = (open_beside(goal(100_000)), open_beside(goal(1_000_000)));
    assert!(small < 1_000_000, "{small} ppm beside a plan of 11 a minute of 160");
    assert!((150_000..400_000).contains(&large), "{large} ppm: a quarter is left beside a plan of all");
    assert!(large < small);
}

#[test]
fn as_fast_as_possible_is_open_where_nothing_is_planned() {
    assert_eq!(open_beside(json!({})), 1_000_000, "a line item without a limit is no plan");
    let as_fast = json!({"delivery": "asap", "goal": {"kind": "impressions", "count": 1_000_000}});
    assert_eq!(open_beside(as_fast), 1_000_000);
}
