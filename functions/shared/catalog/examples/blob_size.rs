//! How large a compiled catalog is, and how long compiling and opening it take.
//!
//!     cargo run --release --package lockfill-catalog --example blob_size -- 100000
//!
//! Each line item has one creative with texts of its own, three to six conditions, and mostly a cap.

use std::time::Instant;

use lockfill_catalog::Catalog;
use lockfill_catalog::compile::compile;
use lockfill_catalog::rows::CatalogRows;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).unwrap_or_else(|| "10000".to_owned()).parse()?;
    let rows: CatalogRows = serde_json::from_value(rows(count))?;
    let began = Instant::now();
    let compiled = compile(1, rows)?;
    let compiling = began.elapsed();
    let blob = compiled.into_blob();
    let bytes = blob.as_bytes().len();
    let began = Instant::now();
    let catalog = Catalog::open(blob)?;
    let opening = began.elapsed();
    let began = Instant::now();
    let found = catalog.line_items().filter(|item| catalog.line_item(item.id()).is_some()).count();
    let finding = began.elapsed();
    println!("{found} line items: {bytes} bytes, {} a line item", bytes / count.max(1));
    println!("compiling {compiling:.1?}, opening {opening:.2?}, finding all by id {finding:.1?}");
    Ok(())
}

fn rows(count: usize) -> Value {
    let campaigns = count.div_ceil(5);
    json!({
        "units": [{ "id": "u-1", "app_id": "app", "mix": { "ad_ratio_ppm": 500_000 }, "horizon_seconds": 14_400,
            "refresh_seconds": 600, "default_count": 10, "timezone": "Asia/Seoul", "language": "ko" }],
        "advertisers": (0..campaigns.div_ceil(5)).map(|id| json!({ "id": format!("a-{id}"), "name": "A" }))
            .collect::<Vec<_>>(),
        "campaigns": (0..campaigns).map(campaign).collect::<Vec<_>>(),
        "line_items": (0..count).map(line_item).collect::<Vec<_>>(),
        "creatives": (0..count).map(creative).collect::<Vec<_>>(),
        "exchange_rates": [{ "currency": "KRW", "rate_ppm": 1_000_000 }],
    })
}

fn campaign(id: usize) -> Value {
    json!({ "id": format!("c-{id}"), "advertiser_id": format!("a-{}", id / 5), "name": "C",
        "starts_at": "2026-01-01T00:00:00Z", "caps": [{ "window": "day", "limit": 3 + id % 5 }] })
}

fn line_item(id: usize) -> Value {
    let countries = ["KR", "US", "JP", "TW", "IN"];
    let mut targeting = json!({
        "countries": { "allow": [countries[id % 5], countries[id / 5 % 5]] },
        "ages": [{ "min": 15 + id % 40, "max": 25 + id % 45 }],
        "platforms": { "allow": [(["android", "ios"][id % 2])] },
    });
    if id.is_multiple_of(3) {
        targeting["interests"] =
            json!({ "any": [format!("topic-{}", id % 200), format!("topic-{}", id % 77)] });
    }
    if id.is_multiple_of(4) {
        targeting["genders"] = json!({ "allow": [(["F", "M"][id / 4 % 2])] });
        targeting["device_models"] = json!({ "allow": [format!("model-{}", id % 500)] });
    }
    json!({ "id": format!("li-{id}"), "campaign_id": format!("c-{}", id / 5), "name": "L",
        "tier": (["sponsorship", "standard", "network", "bulk", "house"][id % 5]),
        "pricing": (["cpm", "cpc"][id % 2]), "price_micros": 1_000 * (id % 9_973), "currency": "KRW",
        "targeting": targeting, "caps": [{ "window": "day", "limit": 1 + id % 9 }],
        "categories": [format!("category-{}", id % 50)] })
}

fn creative(id: usize) -> Value {
    json!({ "id": format!("cr-{id}"), "line_item_id": format!("li-{id}"), "title": format!("Title of ad {id}"),
        "image_url": format!("https://cdn.example/ads/{id}.jpg"), "body": format!("What number {id} is about"),
        "call_to_action": "Open", "landing_url": format!("https://shop.example/landing/{id}?from=lockfill") })
}
