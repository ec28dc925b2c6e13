//! The form of roll-ups as JSON, which Django reads too.

use lockfill_delivery::rollup::{RollUp, Totals};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../../tests/fixtures/vectors/rollup.json")).unwrap()
}

fn documents(name: &str) -> Vec<Value> {
    let vectors = vectors();
    vectors[name].as_array().unwrap().iter().map(|item| item["document"].clone()).collect()
}

#[test]
fn roll_ups_and_totals_are_read_and_written_as_the_vectors_have_them() {
    for document in [documents("minutes"), documents("hours")].concat() {
        let rolled: RollUp = serde_json::from_value(document.clone()).unwrap();
        assert_eq!(serde_json::to_value(&rolled).unwrap(), document);
    }
    for document in documents("totals") {
        let totals: Totals = serde_json::from_value(document.clone()).unwrap();
        assert_eq!(serde_json::to_value(&totals).unwrap(), document);
    }
}

#[test]
fn the_hour_is_the_sum_of_its_minutes_and_the_total_that_of_the_hour() {
    let (mut hour, mut totals) = (RollUp::default(), Totals::default());
    for document in documents("minutes") {
        let minute: RollUp = serde_json::from_value(document).unwrap();
        hour.add(&minute);
        totals.add(29_922_301, &minute);
    }
    assert_eq!(serde_json::to_value(&hour).unwrap(), documents("hours")[0]);
    assert_eq!(serde_json::to_value(&totals).unwrap(), documents("totals")[0]);
    let spend: Vec<_> = totals.items.iter().map(|(key, item)| (&*key.item, item.spend_micros())).collect();
    assert_eq!(spend, [("#00000000000000aa", 0), ("li-1", 3_000), ("li-2", 50_000_000)]);
}
