//! A catalog is served whole or refused with the first row that cannot be served; a wrong address withholds its
//! row alone.

use lockfill_catalog::rows::{CatalogRows, ContentRow};
use lockfill_catalog::{Catalog, Content, Creative, Refusal, test_util};
use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

/// When links are followed.
const NOW: EpochSeconds = EpochSeconds(1_795_000_000);

fn rows() -> Value {
    json!({
        "units": [{ "id": "u-1", "app_id": "app", "mix": { "ad_ratio_ppm": 0 }, "horizon_seconds": 3_600,
            "refresh_seconds": 600, "default_count": 1, "timezone": "UTC", "language": "en" }],
        "advertisers": [{ "id": "a-1", "name": "A" }],
        "campaigns": [{ "id": "c-1", "advertiser_id": "a-1", "name": "C", "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2027-01-01T00:00:00Z" }],
        "line_items": [{ "id": "li-1", "campaign_id": "c-1", "name": "L", "tier": "standard",
            "pricing": "cpm", "price_micros": 3, "currency": "KRW" }],
        "creatives": [{ "id": "cr-1", "line_item_id": "li-1", "image_url": "https://cdn.example/i.jpg",
            "title": "T", "landing_url": "https://shop.example/" }],
        "channels": [{ "id": "ch-1", "name": "N" }],
        "contents": [{ "id": "ct-1", "channel_id": "ch-1", "title": "T", "image_url": "https://cdn.example/c.jpg",
            "landing_url": "https://news.example/", "language": "en", "published_at": "2026-01-01T00:00:00Z",
            "quality_ppm": 1 }],
        "exchange_rates": [{ "currency": "KRW", "rate_ppm": 700_000 }],
    })
}

fn compile(rows: Value) -> Result<Catalog, String> {
    for (kind, rows) in rows.as_object().unwrap() {
        for row in rows.as_array().unwrap() {
            let id = row["id"].as_str().unwrap_or_default();
            serde_json::from_value::<CatalogRows>(json!({ kind: [row] })).map_err(|error| {
                let error = error.to_string();
                let refused = Refusal::of_refused_code(kind.trim_end_matches('s'), id, &error);
                refused.map_or(error, |refused| refused.to_string())
            })?;
        }
    }
    let rows = serde_json::from_value(rows).unwrap();
    test_util::open(7, rows).map_err(|error| error.to_string())
}

/// The rows with one field of the first row of a kind set.
fn with(kind: &str, field: &str, value: Value) -> Value {
    let mut rows = rows();
    rows[kind][0][field] = value;
    rows
}

fn refusal(rows: Value) -> String {
    compile(rows).unwrap_err()
}

#[test]
fn a_whole_catalog_is_served_under_its_version_in_one_currency() {
    let catalog = compile(rows()).unwrap();
    assert_eq!(catalog.version(), 7);
    // 3 micros at 0.7 are 2.1, rounded down.
    assert_eq!(catalog.line_item("li-1").unwrap().price_micros(), 2);
    assert_eq!(catalog.landing_url("cr-1", NOW), Some("https://shop.example/"));
    assert_eq!(catalog.landing_url("li-1", NOW), None);
}

#[test]
fn a_reference_into_nothing_names_both_ends() {
    assert_eq!(
        refusal(with("line_items", "campaign_id", "c-9".into())),
        r#"line_item "li-1": there is no campaign "c-9""#
    );
    for (kind, field) in
        [("campaigns", "advertiser_id"), ("creatives", "line_item_id"), ("contents", "channel_id")]
    {
        assert!(refusal(with(kind, field, "none".into())).contains("there is no"), "{kind}.{field}");
    }
    assert_eq!(
        refusal(with("line_items", "currency", "USD".into())),
        r#"line_item "li-1": there is no exchange rate "USD""#
    );
}

#[test]
fn an_id_is_well_formed_and_taken_once() {
    for id in ["", "a b", "a:b", "ä", &"x".repeat(65)] {
        let expected = format!("line_item {id:?}: {id:?} is not an id: 1 to 64 of A-Za-z0-9_.-");
        assert_eq!(refusal(with("line_items", "id", id.into())), expected);
    }
    let mut twice = rows();
    twice["contents"] = json!([twice["contents"][0], twice["contents"][0]]);
    assert_eq!(refusal(twice), r#"content "ct-1": the id is taken (creatives and contents share theirs)"#);
}

/// Why the only creative or the only content of the rows is not served.
fn withheld(rows: Value) -> Vec<String> {
    compile(rows).unwrap().withheld().map(|withheld| withheld.to_string()).collect()
}

#[test]
fn a_click_can_lead_to_https_or_a_store_and_nowhere_else() {
    for url in ["market://details?id=x", "itms-apps://itunes.apple.com/app/id1", "https://x.example/?a=%EC"] {
        let catalog = compile(with("creatives", "landing_url", url.into())).unwrap();
        assert_eq!(catalog.withheld().len(), 0);
        assert_eq!(catalog.landing_url("cr-1", NOW), Some(url));
    }
    for url in [
        "http://x.example",
        "javascript:alert(1)",
        "//x.example",
        "",
        "https://x.example/\r\nset-cookie: a",
        "https://x.example/가",
        "HTTPS://x.example",
        "data:text/html,x",
        "https://",
        "https://user:pw@good@evil/",
        "https://evil\\@good/",
        "https://127.0.0.1/",
    ] {
        let wrong = with("creatives", "landing_url", url.into());
        assert_eq!(compile(wrong.clone()).unwrap().landing_url("cr-1", NOW), None, "{url}");
        assert!(withheld(wrong)[0].starts_with(r#"creative "cr-1": landing_url must be"#), "{url}");
        let wrong = with("contents", "landing_url", url.into());
        assert_eq!(compile(wrong.clone()).unwrap().landing_url("ct-1", NOW), None, "{url}");
        assert!(withheld(wrong)[0].starts_with(r#"content "ct-1": landing_url must be"#), "{url}");
    }
    let wrong = with("contents", "image_url", "market://x".into());
    assert!(withheld(wrong)[0].starts_with(r#"content "ct-1": image_url must be"#));
}

#[test]
fn a_wrong_address_withholds_its_creative_or_content_and_nothing_else() {
    let mut rows = rows();
    for kind in ["creatives", "contents"] {
        let mut wrong = rows[kind][0].clone();
        wrong["id"] = format!("{kind}-2").into();
        wrong["image_url"] = "https://10.0.0.1/i.jpg".into();
        rows[kind].as_array_mut().unwrap().push(wrong);
    }
    let catalog = compile(rows.clone()).unwrap();
    assert_eq!(catalog.withheld().len(), 2);
    let creatives = catalog.line_item("li-1").unwrap().creatives();
    assert_eq!(creatives.map(Creative::id).collect::<Vec<_>>(), ["cr-1"]);
    assert_eq!(catalog.contents().map(Content::id).collect::<Vec<_>>(), ["ct-1"]);
    assert_eq!(catalog.landing_url("creatives-2", NOW), None, "an older link leads nowhere either");
    // The id of what is withheld is taken all the same.
    rows["contents"][0]["id"] = "creatives-2".into();
    assert!(refusal(rows).contains("the id is taken"));
}

#[test]
fn an_address_is_served_in_the_spelling_of_the_standard() {
    let catalog =
        compile(with("contents", "image_url", "https://CDN.example:443/a/../c.jpg".into())).unwrap();
    assert_eq!(catalog.content_at(0).unwrap().image_url(), "https://cdn.example/c.jpg");
    let catalog = compile(with("creatives", "landing_url", "https://shop.example?a".into())).unwrap();
    assert_eq!(catalog.landing_url("cr-1", NOW), Some("https://shop.example/?a"));
}

#[test]
fn a_code_that_no_request_could_match_is_refused() {
    for (dimension, code) in [
        ("countries", "kr"),
        ("countries", "KOR"),
        ("regions", "kr-11"),
        ("regions", "KR"),
        ("languages", "KO"),
    ] {
        for list in ["allow", "deny"] {
            let targeting = json!({ dimension: { list: [code] } });
            assert!(refusal(with("line_items", "targeting", targeting.clone())).contains(code));
            assert!(refusal(with("contents", "targeting", targeting)).contains(code));
        }
    }
    assert!(refusal(with("contents", "language", "en-US".into())).contains("en-US"));
    assert!(refusal(with("units", "language", "English".into())).contains("English"));
}

#[test]
fn rates_are_positive_possible_and_given_once() {
    for (field, value) in [("rate_ppm", json!(0)), ("rate_ppm", json!(-1)), ("currency", json!("krw"))] {
        assert!(compile(with("exchange_rates", field, value.clone())).is_err(), "{field} {value}");
    }
    let mut twice = rows();
    twice["exchange_rates"] = json!([twice["exchange_rates"][0], twice["exchange_rates"][0]]);
    assert!(refusal(twice).contains("already"));
    let rates = json!({ "line_item_id": "li-1", "unit_id": "u-1", "ctr_ppm": 1_000_000 });
    let mut once = rows();
    once["rates"] = json!([rates]);
    assert!(compile(once.clone()).is_ok());
    once["rates"] = json!([rates, rates]);
    assert!(refusal(once.clone()).contains("already"));
    once["rates"] = json!([{ "line_item_id": "li-1", "unit_id": "u-1", "ctr_ppm": 1_000_001 }]);
    assert!(refusal(once).contains("1000000"));
    assert!(refusal(with("contents", "quality_ppm", json!(1_000_001))).contains("quality_ppm"));
}

#[test]
fn a_content_and_a_line_item_never_share_an_id() {
    assert_eq!(refusal(with("contents", "id", "li-1".into())), r#"content "li-1": a line item has this id"#);
}

#[test]
fn a_unit_outside_its_limits_is_refused() {
    for (field, value) in [
        ("horizon_seconds", json!(59)),
        ("horizon_seconds", json!(86_401)),
        ("refresh_seconds", json!(59)),
        ("refresh_seconds", json!(3_601)),
        ("default_count", json!(0)),
        ("default_count", json!(51)),
        ("timezone", json!("Asia/Atlantis")),
        ("mix", json!({ "ad_ratio_ppm": 1_000_001 })),
    ] {
        let text = refusal(with("units", field, value.clone()));
        assert!(text.starts_with("unit \"u-1\":"), "{field} {value}: {text}");
    }
}

#[test]
fn a_line_item_outside_its_limits_is_refused() {
    for (field, value) in [
        ("price_micros", json!(-1)),
        ("dayparts", json!([{ "from_hour": 24, "to_hour": 1 }])),
        ("dayparts", json!([{ "from_hour": 0, "to_hour": 0 }])),
        ("dayparts", json!([{ "from_hour": 0, "to_hour": 25 }])),
    ] {
        assert!(compile(with("line_items", field, value.clone())).is_err(), "{field} {value}");
    }
    let mut backwards = with("line_items", "starts_at", "2026-02-01T00:00:00Z".into());
    backwards["line_items"][0]["ends_at"] = "2026-02-01T00:00:00Z".into();
    assert!(refusal(backwards).contains("ends before it starts"));
}

#[test]
fn a_line_item_flies_within_its_campaign_or_not_at_all() {
    let inside = compile(with("line_items", "ends_at", "2030-01-01T00:00:00Z".into())).unwrap();
    let flight = inside.line_item("li-1").unwrap().flight().unwrap();
    assert_eq!(flight.until.to_string(), "2027-01-01T00:00:00Z");
    let apart = compile(with("line_items", "starts_at", "2028-01-01T00:00:00Z".into())).unwrap();
    assert_eq!(apart.line_item("li-1").unwrap().flight(), None);
}

#[test]
fn a_daypart_may_run_over_midnight_and_over_the_end_of_the_week() {
    let dayparts = json!([{ "days": ["sun"], "from_hour": 22, "to_hour": 2 }]);
    let catalog = compile(with("line_items", "dayparts", dayparts)).unwrap();
    let hours = catalog.line_item("li-1").unwrap().dayparts().unwrap();
    let open: Vec<_> = (0..200).filter(|&hour| hours.contains(hour)).collect();
    assert_eq!(open, [0, 1, 166, 167]);
    let always = compile(with("line_items", "dayparts", json!([{ "from_hour": 5, "to_hour": 5 }]))).unwrap();
    assert!((0..168).all(|hour| always.line_item("li-1").unwrap().dayparts().unwrap().contains(hour)));
}

#[test]
fn an_unknown_targeting_condition_is_never_ignored() {
    let rows = with("line_items", "targeting", json!({ "shoe_sizes": { "allow": ["42"] } }));
    let parsed = serde_json::from_value::<CatalogRows>(rows);
    assert!(parsed.unwrap_err().to_string().contains("shoe_sizes"));
    let unknown_elsewhere = with("line_items", "note", "for people".into());
    assert!(compile(unknown_elsewhere).is_ok());
}

#[test]
fn a_refused_code_is_named_and_nothing_else_of_the_row_is() {
    let row = |field: &str, value: Value| with("contents", field, value)["contents"][0].to_string();
    let problem = |row: &str| {
        let error = serde_json::from_str::<ContentRow>(row).unwrap_err().to_string();
        Refusal::of_refused_code("content", "ct-1", &error).map(|error| error.to_string())
    };
    let refused = r#"content "ct-1": "en-US" is not a lower-case BCP 47 primary subtag"#;
    assert_eq!(problem(&row("language", "en-US".into())).as_deref(), Some(refused));
    let targeting = json!({ "countries": { "deny": ["kr"] } });
    let refused = r#"content "ct-1": "kr" is not an upper-case ISO 3166-1 alpha-2 code"#;
    assert_eq!(problem(&row("targeting", targeting)).as_deref(), Some(refused));
    assert_eq!(problem(&row("quality_ppm", "secret".into())), None);
    assert_eq!(problem("{"), None);
}
