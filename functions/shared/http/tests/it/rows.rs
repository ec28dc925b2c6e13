//! The rows of a small catalog.

use serde_json::{Value, json};

/// One advertiser with two line items, three contents on two channels, and a unit that mixes them by halves.
pub fn rows() -> Value {
    let flight = |mut row: Value| {
        row["starts_at"] = "2026-01-01T00:00:00Z".into();
        row
    };
    let line_item = |id: &str, price_micros: i64, extra: Value| {
        let mut row = json!({
            "id": id, "campaign_id": "c-1", "name": id, "tier": "standard", "pricing": "cpm",
            "price_micros": price_micros, "currency": "USD",
        });
        row.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        row
    };
    let creative = |id: &str, line_item_id: &str| {
        json!({ "id": id, "line_item_id": line_item_id, "image_url": "https://cdn.example/1.jpg",
            "title": "제목 \"1\"", "landing_url": format!("https://shop.example/{id}") })
    };
    let content = |id: &str, channel_id: &str| {
        json!({ "id": id, "channel_id": channel_id, "title": id, "image_url": "https://cdn.example/2.jpg",
            "landing_url": format!("https://news.example/{id}"), "language": "ko",
            "published_at": "2026-11-22T07:00:00Z", "quality_ppm": 500_000 })
    };
    json!({
        "units": [{ "id": "u-1", "app_id": "app-1", "mix": { "ad_ratio_ppm": 500_000 },
            "horizon_seconds": 14_400, "refresh_seconds": 1_800, "default_count": 4,
            "timezone": "Asia/Seoul", "language": "ko" }],
        "advertisers": [{ "id": "a-1", "name": "Shop" }],
        "campaigns": [flight(json!({ "id": "c-1", "advertiser_id": "a-1", "name": "All" }))],
        "line_items": [
            line_item("li-1", 2_000_000, json!({ "caps": [{ "window": "day", "limit": 2 }] })),
            line_item("li-2", 1_000_000, json!({ "targeting": { "countries": { "allow": ["KR"] } } })),
        ],
        "creatives": [creative("cr-1", "li-1"), creative("cr-2", "li-2")],
        "channels": [{ "id": "ch-1", "name": "News" }, { "id": "ch-2", "name": "Sports" }],
        "contents": [content("ct-1", "ch-1"), content("ct-2", "ch-1"), content("ct-3", "ch-2")],
        "exchange_rates": [{ "currency": "USD", "rate_ppm": 1_000_000 }],
    })
}
