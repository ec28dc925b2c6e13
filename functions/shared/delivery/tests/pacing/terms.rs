//! Terms as rows say them.

use lockfill_delivery::terms::Terms;
use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

use crate::world::{at, rows, terms};

#[test]
fn a_campaigns_day_is_the_hours_that_begin_on_it_as_django_counts_them() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/vectors/days.json")).unwrap();
    for vector in vectors["days"].as_array().expect("days") {
        let text = |name: &str| vector[name].as_str().expect("a text");
        let terms = terms(&json!({"timezone": text("zone")}), &[]);
        let day = terms.campaigns[0].day(at(text("at")));
        assert_eq!((day.from, day.until), (at(text("from")), at(text("until"))), "{vector}");
        assert_eq!(terms.campaigns[0].day(EpochSeconds(day.until.0 - 1)), day, "{vector}");
    }
}

#[test]
fn a_line_item_without_rates_clicks_at_its_default_rate() {
    let ctr_ppm = |rates: Value| {
        let mut rows = rows(&json!({}), &[json!({"pricing": "cpc", "default_ctr_ppm": 30_000})]);
        rows.rates = serde_json::from_value(rates).expect("rates");
        Terms::new(&rows).line_items[0].ctr_ppm
    };
    assert_eq!(ctr_ppm(json!([])), 30_000);
    let rate = |ctr_ppm: u32| json!([{"line_item_id": "li-0", "unit_id": "u-1", "ctr_ppm": ctr_ppm}]);
    assert_eq!(ctr_ppm(rate(8_000)), 8_000, "the rates of units override it");
    assert_eq!(ctr_ppm(rate(0)), 30_000, "a rate of conversions alone says nothing of clicks");
    assert_eq!(terms(&json!({}), &[json!({})]).line_items[0].ctr_ppm, 10_000, "without a default");
}

#[test]
fn a_line_item_serves_in_its_own_dates_and_its_campaigns() {
    let terms = terms(
        &json!({}),
        &[json!({"ends_at": "2026-11-28T00:00:00Z"}), json!({"starts_at": "2027-01-01T00:00:00Z"})],
    );
    let flight = terms.line_items[0].flight.expect("a flight");
    assert_eq!((flight.from, flight.until), (at("2026-11-26T00:00:00Z"), at("2026-11-28T00:00:00Z")));
    assert_eq!(terms.line_items[1].flight, None);
}
