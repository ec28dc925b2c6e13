//! Rows of a small catalog that has something of everything.

use lockfill_catalog::rows::CatalogRows;
use serde_json::{Value, json};

pub fn flight(mut row: Value) -> Value {
    row["starts_at"] = "2026-01-01T00:00:00Z".into();
    row
}

pub fn line_item(id: &str, tier: &str, pricing: &str, price_micros: i64) -> Value {
    json!({ "id": id, "campaign_id": "c-1", "name": id, "tier": tier, "pricing": pricing,
        "price_micros": price_micros, "currency": "KRW" })
}

pub fn creative(id: &str, line_item_id: &str) -> Value {
    json!({ "id": id, "line_item_id": line_item_id, "image_url": format!("https://cdn.example/{id}.jpg"),
        "title": "제목", "body": "B", "call_to_action": "Go", "weight": 3,
        "landing_url": format!("https://shop.example/{id}") })
}

pub fn content(id: &str) -> Value {
    json!({ "id": id, "channel_id": "ch-1", "title": "T", "image_url": "https://cdn.example/c.jpg",
        "landing_url": format!("https://news.example/{id}"), "language": "en",
        "published_at": "2026-01-01T00:00:00Z", "quality_ppm": 1_000, "categories": ["news", "food"] })
}

pub fn tombstone(id: &str) -> Value {
    json!({ "id": id, "kind": "creative", "landing_url": "https://old.example/", "line_item_id": "li-9",
        "campaign_id": "c-9", "advertiser_id": "a-9", "withdrawn_at": "2026-11-01T00:00:00Z" })
}

/// A condition of every shape, and of most fields.
pub fn targeting() -> Value {
    let texts = json!({ "allow": ["a-1", "b"], "deny": ["c"] });
    let set = json!({ "any": ["x", "y"], "all": ["z"], "none": ["w"] });
    let range = json!({ "min": "9.1", "max": "14" });
    json!({
        "units": texts, "apps": texts, "device_makers": texts, "device_models": texts,
        "countries": { "allow": ["KR"] }, "regions": { "deny": ["KR-11"] }, "languages": { "allow": ["ko"] },
        "genders": { "allow": ["F"] }, "platforms": { "deny": ["web"] }, "networks": { "allow": ["wifi"] },
        "ages": [{ "min": 18, "max": 29 }, { "min": 60 }], "os_versions": range, "sdk_versions": range,
        "packages": set, "segments": set, "interests": set, "user_age": "returning",
        "geo": [{ "latitude_microdegrees": -1, "longitude_microdegrees": 2, "radius_meters": 3 }],
        "key_values": { "plan": texts, "tier": { "deny": ["none"] } },
    })
}

pub fn rows() -> Value {
    let mut full = line_item("li-1", "standard", "cpm", 3_000);
    full["targeting"] = targeting();
    full["dayparts"] = json!([{ "days": ["sat"], "from_hour": 9, "to_hour": 18 }]);
    full["caps"] = json!([{ "window": "day", "limit": 2 }, { "window": "lifetime", "limit": 9 }]);
    full["cap_kind"] = "hard".into();
    full["exclusion_labels"] = json!(["car"]);
    full["categories"] = json!(["food"]);
    full["rating"] = "teen".into();
    let mut pinned = content("ct-2");
    pinned["pinned_rank"] = 0.into();
    pinned["targeting"] = targeting();
    let mut wrong = content("ct-3");
    wrong["landing_url"] = "http://x.example/".into();
    json!({
        "units": [{ "id": "u-1", "app_id": "app", "mix": { "ad_ratio_ppm": 500_000, "first_slot": "ad" },
            "horizon_seconds": 3_600, "refresh_seconds": 600, "default_count": 1, "timezone": "Asia/Seoul",
            "language": "en", "blocked_categories": ["cars"], "blocked_advertisers": ["a-7"],
            "advertiser_slots_max": 2, "content_rating": "mature" }],
        "advertisers": [{ "id": "a-1", "name": "A", "caps": [{ "window": "week", "limit": 5 }] }],
        "campaigns": [flight(json!({ "id": "c-1", "advertiser_id": "a-1", "name": "C" }))],
        "line_items": [full, line_item("li-2", "standard", "cpc", 7_000), line_item("li-3", "house", "cpm", 0)],
        "rates": [{ "line_item_id": "li-2", "unit_id": "u-1", "ctr_ppm": 20_000 }],
        "creatives": [creative("cr-1", "li-1"), creative("cr-2", "li-1"), creative("cr-3", "li-2")],
        "channels": [{ "id": "ch-1", "name": "N" }],
        "contents": [content("ct-1"), pinned, wrong],
        "exchange_rates": [{ "currency": "KRW", "rate_ppm": 1_000_000 }],
        "tombstones": [tombstone("cr-9")],
    })
}

pub fn typed(rows: Value) -> CatalogRows {
    serde_json::from_value(rows).unwrap()
}
