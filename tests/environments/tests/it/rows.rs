//! A catalog of any size.

use lockfill_catalog::rows::CatalogRows;
use serde_json::{Value, json};

/// A catalog of one unit, with so many line items.
pub fn rows(line_items: usize) -> CatalogRows {
    let campaigns = line_items.div_ceil(100);
    let each = |count: usize, row: fn(usize) -> Value| (0..count).map(row).collect::<Vec<_>>();
    let document = json!({
        "units": [{
            "id": "u-1", "app_id": "app", "mix": { "ad_ratio_ppm": 500_000 }, "horizon_seconds": 3_600,
            "refresh_seconds": 600, "default_count": 5, "timezone": "Asia/Seoul", "language": "ko",
        }],
        "exchange_rates": [{ "currency": "KRW", "rate_ppm": 1_000_000 }],
        "advertisers": each(200, |number| json!({ "id": format!("a-{number}"), "name": "Advertiser" })),
        "campaigns": each(campaigns, |number| json!({
            "id": format!("c-{number}"), "advertiser_id": format!("a-{}", number % 200), "name": "Campaign",
            "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2036-01-01T00:00:00Z",
        })),
        "line_items": each(line_items, |number| json!({
            "id": format!("li-{number}"), "campaign_id": format!("c-{}", number / 100),
            "name": format!("Line item {number}"), "tier": (["standard", "network", "bulk"][number % 3]),
            "pricing": "cpm", "price_micros": 8_000_000_000_u64 + number as u64 / 100 * 1_000_000,
            "currency": "KRW", "caps": [{ "window": "day", "limit": 1 + number % 5 }],
            "targeting": {
                "countries": { "allow": [(["KR", "JP", "US", "DE"][number % 4])] },
                "platforms": { "allow": [(["android", "ios"][number / 4 % 2])] },
                "ages": [{ "min": 18 + number % 30, "max": 48 + number % 30 }],
            },
        })),
        "creatives": each(line_items, |number| json!({
            "id": format!("cr-{number}"), "line_item_id": format!("li-{number}"),
            "image_url": format!("https://cdn.example/ads/{number}.jpg"), "title": format!("Ad number {number}"),
            "landing_url": format!("https://shop.example/{number}"),
        })),
    });
    serde_json::from_value(document).unwrap()
}
