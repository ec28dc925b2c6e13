//! Catalogs of the largest size.

use lockfill_delivery::pace::{PacingState, pace};
use serde_json::json;

use crate::world::{NOON, at, delivered, terms};

const LINE_ITEMS: usize = 100_000;

#[test]
fn each_of_a_hundred_thousand_line_items_has_a_gate() {
    let item = json!({"goal": {"kind": "impressions", "count": 10_000}});
    let terms = terms(&json!({}), &vec![item; LINE_ITEMS]);
    let table = pace(&terms, &delivered(7, 3, 10_000), &mut PacingState::default(), at(NOON));
    assert_eq!(table.items().len(), LINE_ITEMS);
    assert!(table.items().is_sorted_by(|one, next| one.item_hash < next.item_hash));
}
