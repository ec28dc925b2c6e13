//! Catalogs of few words, and what was delivered of them.

use lockfill_delivery::pace::{Counts, Delivered, ItemDelivered};
use lockfill_delivery::terms::Terms;
use lockfill_delivery::terms_rows::TermsRows;
use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

/// Thursday noon.
pub const NOON: &str = "2026-11-26T12:00:00Z";

pub fn at(text: &str) -> EpochSeconds {
    text.parse().expect("an instant")
}

/// Rows of one unit, one campaign and its line items, each changed by some fields.
pub fn rows(campaign: &Value, line_items: &[Value]) -> TermsRows {
    let mut own = json!({
        "id": "c-1", "advertiser_id": "a-1", "name": "",
        "starts_at": "2026-11-26T00:00:00Z", "ends_at": "2026-12-03T00:00:00Z",
    });
    merge(&mut own, campaign);
    let item = |(number, changed): (usize, &Value)| {
        let mut item = json!({
            "id": format!("li-{number}"), "campaign_id": "c-1", "name": "", "tier": "standard",
            "pricing": "cpm", "price_micros": 5_000_000_000_i64, "currency": "KRW",
        });
        merge(&mut item, changed);
        item
    };
    let rows = json!({
        "units": [{
            "id": "u-1", "app_id": "app-1", "mix": {"ad_ratio_ppm": 300_000}, "horizon_seconds": 14_400,
            "refresh_seconds": 1_800, "default_count": 5, "timezone": "Asia/Seoul", "language": "ko",
        }],
        "campaigns": [own],
        "line_items": line_items.iter().enumerate().map(item).collect::<Vec<_>>(),
        "exchange_rates": [
            {"currency": "USD", "rate_ppm": 1_000_000}, {"currency": "KRW", "rate_ppm": 725},
        ],
    });
    serde_json::from_value(rows).expect("rows")
}

fn merge(own: &mut Value, changed: &Value) {
    for (name, value) in changed.as_object().expect("an object") {
        own[name] = value.clone();
    }
}

pub fn terms(campaign: &Value, line_items: &[Value]) -> Terms {
    Terms::new(&rows(campaign, line_items))
}

/// Impressions at a price of 5 won each.
pub fn impressions(count: u64) -> ItemDelivered {
    let spend_micros = i64::try_from(count).expect("a count") * 5_000_000;
    let counts = Counts { impressions: count, clicks: 0, spend_micros };
    ItemDelivered { lifetime: counts, today: counts, recent_by_unit: Vec::new() }
}

/// So much of the first line item was delivered in all, and since the last run so many slots were handed out for so many
/// requests.
pub fn delivered(count: u64, handed_out: u64, requests: u64) -> Delivered {
    Delivered {
        line_items: [("li-0".to_owned(), impressions(count))].into(),
        handed_out: [("li-0".to_owned(), handed_out)].into(),
        requests: [("u-1".to_owned(), requests)].into(),
        ..Delivered::default()
    }
}
