//! What was compiled is read back as it was published.

use lockfill_catalog::blob::AlignedBytes;
use lockfill_catalog::compile::compile;
use lockfill_catalog::test_util::open;
use lockfill_catalog::{Catalog, Creative, LineItem, Tier};
use lockfill_models::draw::id_hash;
use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

use crate::support::{creative, line_item, rows, targeting, tombstone, typed};

fn catalog(rows: Value) -> Catalog {
    open(7, typed(rows)).unwrap()
}

#[test]
fn line_items_lie_in_their_order_on_a_unit_without_rates() {
    let mut rows = rows();
    rows["rates"] = json!([]);
    rows["creatives"] = json!([]);
    rows["line_items"] = json!([
        line_item("b", "standard", "cpm", 2_000),
        line_item("e", "standard", "cpc", 9_000),
        line_item("a", "standard", "cpm", 2_000),
        line_item("d", "standard", "cpm", 5_000),
        line_item("c", "house", "cpm", 9_000),
        line_item("f", "sponsorship", "cpi", 1),
    ]);
    let catalog = catalog(rows);
    assert_eq!(catalog.line_items().map(LineItem::id).collect::<String>(), "fdabec");
    let places = catalog.line_items().map(LineItem::index);
    assert!(places.eq(0..6));
}

#[test]
fn a_unit_has_its_own_ecpm_where_its_rates_make_another() {
    let mut rows = rows();
    let mut other = rows["units"][0].clone();
    other["id"] = "u-2".into();
    rows["units"].as_array_mut().unwrap().push(other);
    let catalog = catalog(rows);
    let ecpm =
        |item: &str, unit: &str| catalog.line_item(item).unwrap().ecpm_micros(catalog.unit(unit).unwrap());
    // 7,000 micros a click at 2 percent are 140 micros a view.
    assert_eq!([ecpm("li-2", "u-1"), ecpm("li-2", "u-2")], [140_000, 0]);
    assert_eq!([ecpm("li-1", "u-1"), ecpm("li-1", "u-2")], [3_000, 3_000]);
}

#[test]
fn every_field_of_a_line_item_is_read_back() {
    let catalog = catalog(rows());
    let item = catalog.line_item("li-1").unwrap();
    let caps: Vec<_> = item.caps().iter().map(|cap| (cap.window.name(), cap.limit)).collect();
    assert_eq!(caps, [("day", 2), ("lifetime", 9)]);
    assert_eq!((item.tier(), item.price_micros(), item.is_capped()), (Tier::Standard, 3_000, true));
    assert_eq!(item.dayparts().unwrap().to_string(), "Sat 09:00-18:00");
    assert!(item.exclusion_labels().contains("car") && item.categories().contains("food"));
    assert_eq!(item.creatives().map(Creative::id).collect::<Vec<_>>(), ["cr-1", "cr-2"]);
    assert_eq!(item.campaign().advertiser().id(), "a-1");
    let bare = catalog.line_item("li-3").unwrap();
    assert!(bare.targeting().is_empty() && bare.dayparts().is_none() && bare.caps().is_empty());
    assert_eq!(bare.creatives().len(), 0);
}

#[test]
fn each_condition_is_stored_in_the_order_of_the_fields_and_written_out() {
    let catalog = catalog(rows());
    let conditions = catalog.line_item("li-1").unwrap().targeting();
    let found: Vec<_> = conditions.iter().map(|condition| condition.to_string()).collect();
    assert_eq!(found.len(), targeting().as_object().unwrap().len());
    assert!(conditions.iter().map(|condition| condition.field).is_sorted());
    assert_eq!(found[0], "one of a-1, b, none of c");
    let expected = [
        "wifi",
        "any of x, y; all of z; none of w",
        "18 to 29 or 60 and older",
        "9.1.0.0 to 14.0.0.0",
        "returning",
        "within 3 m of -0.000001, 0.000002",
        "plan: one of a-1, b, none of c; tier: none of none",
    ];
    for expected in expected {
        assert!(found.iter().any(|condition| condition.contains(expected)), "{expected}: {found:?}");
    }
}

#[test]
fn what_is_named_by_its_hash_is_found() {
    let catalog = catalog(rows());
    assert_eq!(catalog.line_item_of_hash(id_hash("li-2")).unwrap().id(), "li-2");
    assert_eq!(catalog.campaign_of_hash(id_hash("c-1")).unwrap().id(), "c-1");
    assert_eq!(catalog.advertiser_of_hash(id_hash("a-1")).unwrap().id(), "a-1");
    assert_eq!(catalog.creative_of_hash(id_hash("cr-3")).unwrap().line_item().id(), "li-2");
    assert_eq!(catalog.content_of_hash(id_hash("ct-2")).unwrap().pinned_rank(), Some(0));
    assert_eq!(catalog.tombstone_of_hash(id_hash("cr-9")).unwrap().id(), "cr-9");
    assert!(catalog.line_item_of_hash(id_hash("ct-1")).is_none() && catalog.line_item("li-9").is_none());
}

#[test]
fn what_was_withdrawn_leads_to_its_page_for_eight_days_unless_it_is_blocked() {
    let mut rows = rows();
    let mut blocked = tombstone("cr-8");
    blocked["blocked"] = true.into();
    rows["tombstones"] = json!([tombstone("cr-9"), blocked]);
    let catalog = catalog(rows);
    let at = |instant: &str| instant.parse::<EpochSeconds>().unwrap();
    let landing = |id: &str, instant: &str| catalog.landing_url(id, at(instant));
    assert_eq!(landing("cr-9", "2026-11-01T00:00:00Z"), Some("https://old.example/"));
    assert_eq!(landing("cr-9", "2026-11-08T23:59:59Z"), Some("https://old.example/"));
    assert_eq!(landing("cr-9", "2026-11-09T00:00:00Z"), None);
    assert_eq!(landing("cr-8", "2026-11-01T00:00:00Z"), None);
    assert_eq!(landing("cr-1", "2026-11-09T00:00:00Z"), Some("https://shop.example/cr-1"));
    let owner = catalog.tombstone_of_hash(id_hash("cr-9")).unwrap().owner();
    assert_eq!(owner, [Some("li-9"), Some("c-9"), Some("a-9")]);
}

/// Targeting is sparse, and equal lists and texts are stored once. The index and texts of their own come on top.
#[test]
fn a_line_item_with_a_creative_takes_at_most_136_bytes_beside_its_texts() {
    let blob_of = |count: usize| -> AlignedBytes {
        let mut rows = rows();
        let ids: Vec<_> = (0..count).map(|number| format!("{number:06}")).collect();
        rows["line_items"] = ids
            .iter()
            .map(|id| {
                let mut row = line_item(&format!("li-{id}"), "standard", "cpm", 1_000);
                row["targeting"] = json!({ "countries": { "allow": ["KR"] }, "ages": [{ "min": 18 }] });
                row["caps"] = json!([{ "window": "day", "limit": 3 }]);
                row
            })
            .collect();
        rows["creatives"] = ids.iter().map(|id| creative(&format!("cr-{id}"), &format!("li-{id}"))).collect();
        rows["rates"] = json!([]);
        compile(1, typed(rows)).unwrap().into_blob()
    };
    let bytes = |count| {
        let blob = blob_of(count);
        let all = blob.as_bytes().len();
        all - Catalog::open(blob).unwrap().ads_index().unwrap().bytes()
    };
    // Two ids and two addresses of their own, and 4 bytes for the place of each.
    let texts =
        9 + 9 + 4 * 4 + "https://cdn.example/cr-000000.jpg".len() + "https://shop.example/cr-000000".len();
    let found = (bytes(4_000) - bytes(2_000)) / 2_000 - texts;
    assert!((80..=136).contains(&found), "{found} bytes a line item");
}
