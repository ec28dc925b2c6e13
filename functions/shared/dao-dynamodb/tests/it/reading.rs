//! A reader gets exactly the rows that were published, or an error.

use std::collections::BTreeMap;

use catalog_cli::Publisher;
use lockfill_catalog::test_util;
use lockfill_dao::{CatalogReader, DaoError};
use lockfill_dao_dynamodb::{ROW_KINDS, RawRows};
use lockfill_models::time::EpochSeconds;

use crate::local::{Local, channels, is_malformed, publish};

/// A catalog with every kind of rows, with an unknown kind and with an unknown field.
fn every_kind() -> RawRows {
    let rows = [
        (
            "unit",
            "u-1",
            r#"{"id":"u-1","app_id":"app","mix":{"ad_ratio_ppm":500000},"horizon_seconds":3600,
            "refresh_seconds":600,"default_count":5,"timezone":"Asia/Seoul","language":"ko"}"#,
        ),
        ("advertiser", "a-1", r#"{"id":"a-1","name":"한강커피","new_field":{"n":1.50}}"#),
        (
            "campaign",
            "c-1",
            r#"{"id":"c-1","advertiser_id":"a-1","name":"c","starts_at":"2026-11-01T00:00:00Z"}"#,
        ),
        (
            "line_item",
            "li-1",
            r#"{"id":"li-1","campaign_id":"c-1","name":"l","tier":"standard","pricing":"cpm",
            "price_micros":1000000,"currency":"USD"}"#,
        ),
        (
            "creative",
            "cr-1",
            r#"{"id":"cr-1","line_item_id":"li-1","image_url":"https://i.example/1","title":"t",
            "landing_url":"https://l.example/1"}"#,
        ),
        ("channel", "ch-1", r#"{"id":"ch-1","name":"ch"}"#),
        (
            "content",
            "ct-1",
            r#"{"id":"ct-1","channel_id":"ch-1","title":"t","image_url":"https://i.example/2",
            "landing_url":"https://l.example/2","language":"ko","published_at":"2026-11-01T00:00:00Z",
            "quality_ppm":1000000}"#,
        ),
        ("exchange_rate", "USD", r#"{"currency":"USD","rate_ppm":1000000}"#),
        ("rates", "li-1#u-1", r#"{"line_item_id":"li-1","unit_id":"u-1","ctr_ppm":12000}"#),
        ("segment", "s#1", r#"{"of":"a later version"}"#),
    ];
    let mut by_kind = RawRows::new();
    for (kind, key, json) in rows {
        by_kind.entry(kind.to_owned()).or_default().insert(key.to_owned(), json.to_owned());
    }
    by_kind
}

#[tokio::test]
async fn a_catalog_of_every_kind_comes_back_as_it_was_published() {
    let local = Local::start().await;
    let (store, rows) = (local.store(), every_kind());
    let record = publish(&store, 1, &rows).await;
    assert_eq!(store.current_version().await.unwrap(), Some(1));
    assert_eq!(store.last_published().await.unwrap().as_ref(), Some(&record));
    assert_eq!(record.row_counts, rows.keys().map(|kind| (kind.clone(), 1)).collect());
    assert_eq!(store.raw_rows(1).await.unwrap(), rows);
    let catalog = test_util::open(1, store.rows(1).await.unwrap()).unwrap();
    assert!(catalog.unit("u-1").is_some() && catalog.line_item("li-1").is_some());
    assert_eq!(catalog.landing_url("cr-1", EpochSeconds(0)), Some("https://l.example/1"));
    assert_eq!(catalog.contents().len(), 1);
    assert!(ROW_KINDS.iter().all(|kind| rows.contains_key(kind.name)), "a kind is not tested");
}

#[tokio::test]
async fn a_version_of_many_pages_comes_back_whole() {
    let local = Local::start().await;
    let store = local.store();
    // 2.6 MB: three pages, and fourteen transactions.
    let rows = channels("many", 1_300, 2_000);
    publish(&store, 1, &rows).await;
    assert_eq!(store.rows(1).await.unwrap().channels.len(), 1_300);
    assert_eq!(store.raw_rows(1).await.unwrap(), rows);
}

#[tokio::test]
async fn a_version_that_lacks_a_row_or_has_one_too_many_is_refused() {
    let local = Local::start().await;
    let store = local.store();
    publish(&store, 1, &channels("a", 3, 0)).await;
    local.delete("catalog#1", "channel#ch-1").await;
    assert_eq!(
        store.rows(1).await.unwrap_err().to_string(),
        "DynamoDB holds malformed data: version 1 has 2 of 3 rows of channel"
    );
    local.put(&[("pk", "catalog#1"), ("sk", "content#ch-1"), ("row", "{}")]).await;
    assert!(is_malformed(&store.rows(1).await));
    local.put(&[("pk", "catalog#1"), ("sk", "channel#ch-1"), ("row", r#"{"id":"1","name":"1"}"#)]).await;
    assert!(is_malformed(&store.rows(1).await), "all of the rows, and one more");
    local.delete("catalog#1", "content#ch-1").await;
    assert_eq!(store.rows(1).await.unwrap().channels.len(), 3);
}

#[tokio::test]
async fn a_version_that_was_written_but_never_published_cannot_be_read() {
    let local = Local::start().await;
    let store = local.store();
    Publisher::new(&store).write(1, &channels("a", 3, 0), |_| {}).await.unwrap();
    assert_eq!(store.current_version().await.unwrap(), None);
    assert_eq!(
        store.rows(1).await.unwrap_err().to_string(),
        "DynamoDB holds malformed data: version 1 was never published"
    );
}

#[tokio::test]
async fn an_item_that_is_no_row_is_named_and_not_quoted() {
    let local = Local::start().await;
    let store = local.store();
    publish(&store, 1, &channels("a", 1, 0)).await;
    for (row, expected) in [
        (Some(r#"{"id":"ch-0","name":"#), "channel \"ch-0\" of version 1 is not a channel"),
        (Some(r#"{"id":"secret"}"#), "channel \"ch-0\" of version 1 is not a channel"),
        (None, "version 1 holds an item that is no row"),
    ] {
        let mut item = vec![("pk", "catalog#1"), ("sk", "channel#ch-0")];
        item.extend(row.map(|row| ("row", row)));
        local.put(&item).await;
        let error = store.rows(1).await.unwrap_err();
        assert_eq!(error, DaoError::Malformed { store: "DynamoDB", reason: expected.to_owned() });
    }
}

#[tokio::test]
async fn an_empty_catalog_is_a_catalog() {
    let local = Local::start().await;
    let store = local.store();
    publish(&store, 1, &BTreeMap::new()).await;
    assert_eq!(store.current_version().await.unwrap(), Some(1));
    assert!(store.raw_rows(1).await.unwrap().is_empty());
}
