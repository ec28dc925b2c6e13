//! All rows that cannot be served are refused at once, each with its kind, its key and the field.

use lockfill_catalog::compile::compile;
use lockfill_catalog::{Refusal, Refusals};
use lockfill_models::draw::id_hash;
use serde_json::{Value, json};

use crate::support::{content, creative, line_item, rows, tombstone, typed};

fn refusals(rows: Value) -> Refusals {
    compile(1, typed(rows)).unwrap_err()
}

fn places(refusals: &Refusals) -> Vec<String> {
    let place = |refusal: &Refusal| format!("{} {} {}", refusal.kind, refusal.key, refusal.field);
    refusals.named().iter().map(place).collect()
}

#[test]
fn every_row_at_fault_is_named_once_with_its_field() {
    let mut rows = rows();
    rows["units"][0]["default_count"] = 0.into();
    rows["line_items"][0]["campaign_id"] = "c-9".into();
    rows["line_items"][1]["price_micros"] = (-1).into();
    rows["creatives"][2]["line_item_id"] = "li-9".into();
    rows["rates"][0]["ctr_ppm"] = 1_000_001.into();
    rows["contents"][0]["quality_ppm"] = 1_000_001.into();
    let refusals = refusals(rows);
    let expected = [
        "unit u-1 default_count",
        "line_item li-1 campaign_id",
        "line_item li-2 price_micros",
        "creative cr-3 line_item_id",
        "content ct-1 quality_ppm",
    ];
    // Rates and creatives of a line item that is refused are not refused with it.
    assert_eq!(places(&refusals), expected);
    assert_eq!(refusals.in_all(), 5);
    let text = r#"unit "u-1": default_count must be 1 to 50 (and 4 more)"#;
    assert_eq!(refusals.to_string(), text);
}

#[test]
fn a_row_that_refers_to_a_refused_one_is_not_refused_with_it() {
    let mut rows = rows();
    rows["advertisers"] = json!([]);
    assert_eq!(places(&refusals(rows)), ["campaign c-1 advertiser_id"]);
}

#[test]
fn twenty_refusals_are_named_and_all_are_counted() {
    let mut rows = rows();
    let many = (0..150).map(|number| {
        let mut row = line_item(&format!("li-{number}"), "standard", "cpm", 1);
        row["campaign_id"] = "none".into();
        row
    });
    rows["line_items"] = many.collect();
    let refusals = refusals(rows);
    assert_eq!((refusals.named().len(), refusals.in_all()), (20, 150));
}

/// Both ids have the XXH64 hash of each other. They were found by inverting the last round of the hash.
const COLLISION: [&str; 2] = ["li-10350OJFUtAVf", "li-05022XYFdft1i"];

#[test]
fn two_ids_of_one_hash_are_refused_whatever_their_kinds() {
    let [one, other] = COLLISION;
    assert_eq!(id_hash(one), id_hash(other));
    let problem = |rows: Value| {
        let refusals = refusals(rows);
        (refusals.in_all(), refusals.named()[0].problem.contains("have one hash"))
    };
    let mut line_items = rows();
    line_items["line_items"]
        .as_array_mut()
        .unwrap()
        .extend(COLLISION.map(|id| line_item(id, "bulk", "cpm", 1)));
    assert_eq!(problem(line_items), (1, true));
    let mut kinds = rows();
    kinds["contents"].as_array_mut().unwrap().push(content(one));
    kinds["tombstones"].as_array_mut().unwrap().push(tombstone(other));
    assert_eq!(problem(kinds), (1, true));
    let mut alone = rows();
    alone["creatives"].as_array_mut().unwrap().push(creative(one, "li-1"));
    assert!(compile(1, typed(alone)).is_ok());
}

#[test]
fn what_is_withdrawn_is_not_served_beside_it_nor_withdrawn_twice() {
    for id in ["cr-1", "ct-1"] {
        let mut both = rows();
        both["tombstones"] = json!([tombstone(id)]);
        assert_eq!(places(&refusals(both)), [format!("tombstone {id} id")]);
    }
    let mut twice = rows();
    twice["tombstones"] = json!([tombstone("cr-9"), tombstone("cr-9")]);
    assert_eq!(places(&refusals(twice)), ["tombstone cr-9 id"]);
}
