//! A published version never changes, and never mixes rows of two publishers.

use std::sync::Arc;

use catalog_cli::{PublishError, Publisher};
use lockfill_catalog::BLOB_FORMAT;
use lockfill_dao::{BlobWriter, CatalogRowsReader, DaoError};
use lockfill_dao_dynamodb::{PublishRecord, RawRows, layout};
use tokio::task::JoinSet;

use crate::local::{
    Local, PUBLISHED_AT, channels, digest_of, finish, is_conflict, publish, rows_of, version_of, write,
};

#[tokio::test]
async fn versions_follow_one_another_and_older_ones_stay() {
    let local = Local::start().await;
    let store = local.store();
    for version in 1..=3 {
        let rows = channels(&format!("v{version}"), 2, 0);
        publish(&store, version, &rows).await.unwrap();
        assert_eq!(version_of(&store).await, Some(version));
    }
    assert_eq!(store.rows(1, &digest_of(&store, 1).await).await.unwrap().channels[0].name, "v1");
    assert_eq!(local.store().last_published().await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn a_published_version_can_neither_be_written_nor_published_again() {
    let local = Local::start().await;
    let (store, rows) = (local.store(), channels("first", 3, 0));
    let draft = write(&store, 1, &rows).await.unwrap();
    let record = finish(&store, &draft).await.unwrap();
    let others = channels("second", 5, 0);
    for store in [&store, &local.store()] {
        assert!(is_conflict(&write(store, 1, &others).await));
        assert!(is_conflict(&finish(store, &draft).await));
    }
    assert_eq!(rows_of(&store, 1).await, rows);
    assert_eq!(store.last_published().await.unwrap(), Some(record.clone()));
    let row_counts = [("channel".to_owned(), 3)].into();
    assert_eq!(
        record,
        PublishRecord { version: 1, digest: record.digest, published_at: PUBLISHED_AT, row_counts }
    );
}

#[tokio::test]
async fn the_pointer_never_goes_back() {
    let local = Local::start().await;
    let (slow, fast) = (local.store(), local.store());
    let draft = write(&slow, 1, &channels("slow", 1, 0)).await.unwrap();
    publish(&fast, 2, &channels("fast", 1, 0)).await.unwrap();
    assert!(is_conflict(&finish(&slow, &draft).await));
    assert_eq!(version_of(&fast).await, Some(2));
}

#[tokio::test]
async fn the_publisher_with_the_last_claim_on_a_version_is_the_one_that_publishes_it() {
    let local = Local::start().await;
    let (first, second) = (local.store(), local.store());
    let (firsts, seconds) = (channels("first", 250, 0), channels("second", 120, 0));
    let firsts_draft = write(&first, 1, &firsts).await.unwrap();
    let seconds_draft = write(&second, 1, &seconds).await.unwrap();
    let result = finish(&first, &firsts_draft).await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "DynamoDB refused a conflicting write: another publisher is writing version 1 or has published it"
    );
    finish(&second, &seconds_draft).await.unwrap();
    assert_eq!(rows_of(&second, 1).await, seconds);
}

#[tokio::test]
async fn a_publisher_that_died_leaves_no_rows() {
    let local = Local::start().await;
    write(&local.store(), 1, &channels("dead", 1_300, 2_000)).await.unwrap();
    let rows = channels("alive", 1, 0);
    publish(&local.store(), 1, &rows).await.unwrap();
    assert_eq!(rows_of(&local.store(), 1).await, rows);
}

#[tokio::test]
async fn a_blob_of_a_draft_that_was_taken_over_goes_and_one_of_the_same_rows_stays() {
    let local = Local::start().await;
    let (store, rows) = (local.store(), channels("alive", 1, 0));
    let dead = *write(&store, 1, &channels("dead", 1_300, 2_000)).await.unwrap().published();
    let alive = *write(&store, 1, &rows).await.unwrap().published();
    assert_eq!(store.has(&dead, BLOB_FORMAT).await.unwrap(), None);
    let blob = store.has(&alive, BLOB_FORMAT).await.unwrap();
    assert!(blob.is_some());
    publish(&local.store(), 1, &rows).await.unwrap();
    assert_eq!(store.has(&alive, BLOB_FORMAT).await.unwrap(), blob);
    let mut partitions = layout::noted_blob(1, &format!("{BLOB_FORMAT}#{}", dead.digest.short())).unwrap();
    partitions.push(layout::rows_shard(1, 1));
    for partition in partitions {
        assert_eq!(store.keys_page(&partition, None).await.unwrap().0, [], "{partition}");
    }
    assert_eq!(store.keys_page(&layout::blob_notes(1), None).await.unwrap().0.len(), 1);
}

/// Channels with a padding that hardly compresses.
fn incompressible(count: usize, padding: usize) -> RawRows {
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'#' + u8::try_from((state >> 33) % 57).unwrap())
    };
    let mut row = |number| {
        let (id, padding) = (format!("ch-{number}"), (0..padding).map(|_| draw()).collect::<String>());
        (id.clone(), format!(r#"{{"id":"{id}","name":"n","padding":"{padding}"}}"#))
    };
    RawRows::from([("channel".to_owned(), (0..count).map(&mut row).collect())])
}

#[tokio::test]
async fn a_publisher_whose_claim_is_replaced_stops_writing() {
    let local = Local::start().await;
    let (slow, fast) = (local.store(), local.store());
    let (progress, mut reports) = tokio::sync::mpsc::unbounded_channel();
    let slow = tokio::spawn(async move {
        let rows = incompressible(3_000, 3_000);
        let on_progress = |written| {
            let _ = progress.send(written);
        };
        Publisher::new(&slow).write(1, &rows, on_progress).await
    });
    let written = reports.recv().await.unwrap();
    assert!((1..3_000).contains(&written), "the slow publisher has written a part of its rows: {written}");
    let rows = channels("fast", 100, 0);
    publish(&fast, 1, &rows).await.unwrap();
    assert!(is_conflict(&slow.await.unwrap()));
    assert_eq!(rows_of(&fast, 1).await, rows);
}

#[tokio::test]
async fn of_many_publishers_at_once_exactly_one_wins_and_its_rows_are_unmixed() {
    let local = Arc::new(Local::start().await);
    let mut publishers = JoinSet::new();
    for publisher in 0..5 {
        let local = Arc::clone(&local);
        publishers.spawn(async move {
            let rows = channels(&format!("p{publisher}"), 150 + publisher, 0);
            publish(&local.store(), 1, &rows).await.map(|_| rows)
        });
    }
    let (won, lost): (Vec<_>, Vec<_>) = publishers.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    assert!(lost.iter().all(is_conflict), "{lost:?}");
    assert_eq!(&rows_of(&local.store(), 1).await, won[0].as_ref().unwrap());
}

#[tokio::test]
async fn rows_too_large_for_one_transaction_are_written_in_several() {
    let local = Local::start().await;
    let store = local.store();
    let rows = channels("large", 20, 350_000);
    publish(&store, 1, &rows).await.unwrap();
    assert_eq!(store.rows(1, &digest_of(&store, 1).await).await.unwrap().channels.len(), 20);
}

#[tokio::test]
async fn a_row_too_large_for_an_item_is_named_before_anything_is_written() {
    let local = Local::start().await;
    let store = local.store();
    let error = write(&store, 1, &channels("huge", 1, 400_000)).await.unwrap_err();
    assert!(matches!(error, PublishError::Store(DaoError::Malformed { .. })), "{error:?}");
    assert!(error.to_string().contains("channel \"ch-0\" is larger than"));
}

#[tokio::test]
async fn a_draft_whose_claim_is_gone_cannot_be_published() {
    let local = Local::start().await;
    let (elsewhere, here) = (local.store(), local.store());
    let rows = channels("a", 1, 0);
    let draft = write(&elsewhere, 1, &rows).await.unwrap();
    let claim = lockfill_dao_dynamodb::layout::key("claim", "000000000001");
    here.client().delete_item().table_name(here.table()).set_key(Some(claim)).send().await.unwrap();
    assert!(is_conflict(&finish(&here, &draft).await));
    assert_eq!(version_of(&here).await, None);
}
