//! Terms as rows say them.

use serde_json::json;

use crate::world::{at, terms};

#[test]
fn a_campaigns_day_is_as_long_as_its_zone_says() {
    let hours = |zone: &str, now: &str| {
        let terms = terms(&json!({"timezone": zone}), &[]);
        let day = terms.campaigns[0].day(at(now));
        (day.from.to_string(), (day.until.0 - day.from.0) / 3_600)
    };
    assert_eq!(hours("America/New_York", "2026-11-01T12:00:00Z"), ("2026-11-01T04:00:00Z".into(), 25));
    assert_eq!(hours("America/New_York", "2026-03-08T12:00:00Z"), ("2026-03-08T05:00:00Z".into(), 23));
    assert_eq!(hours("Asia/Seoul", "2026-11-26T14:59:59Z"), ("2026-11-25T15:00:00Z".into(), 24));
    assert_eq!(hours("Asia/Seoul", "2026-11-26T15:00:00Z"), ("2026-11-26T15:00:00Z".into(), 24));
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
