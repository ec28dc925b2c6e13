//! A published version never changes, and never mixes what two publishers wrote.

use std::sync::Arc;

use lockfill_dao::{CatalogReader, CatalogWriter};
use tokio::task::JoinSet;

use crate::local::{Local, channels, is_conflict, is_malformed, publish, record};

#[tokio::test]
async fn versions_follow_one_another_and_older_ones_stay() {
    let local = Local::start().await;
    let store = local.store();
    for version in 1..=3 {
        let rows = channels(&format!("v{version}"), 2, 0);
        publish(&store, version, &rows).await.unwrap();
        assert_eq!(store.current_version().await.unwrap(), Some(version));
    }
    assert_eq!(store.rows(1).await.unwrap().channels[0].name, "v1");
    assert_eq!(local.store().last_published().await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn what_is_published_can_neither_be_written_nor_published_again() {
    let local = Local::start().await;
    let (store, rows) = (local.store(), channels("first", 3, 0));
    publish(&store, 1, &rows).await.unwrap();
    let others = channels("second", 5, 0);
    for store in [&store, &local.store()] {
        assert!(is_conflict(&store.write_rows(1, &others).await));
        assert!(is_conflict(&store.publish(&record(1, &others)).await));
    }
    assert_eq!(store.raw_rows(1).await.unwrap(), rows);
    assert_eq!(store.last_published().await.unwrap(), Some(record(1, &rows)));
}

#[tokio::test]
async fn the_pointer_never_goes_back() {
    let local = Local::start().await;
    let (slow, fast) = (local.store(), local.store());
    slow.write_rows(1, &channels("slow", 1, 0)).await.unwrap();
    publish(&fast, 2, &channels("fast", 1, 0)).await.unwrap();
    assert!(is_conflict(&slow.publish(&record(1, &channels("slow", 1, 0))).await));
    assert_eq!(fast.current_version().await.unwrap(), Some(2));
}

#[tokio::test]
async fn whoever_claims_a_version_last_is_the_one_who_publishes_it() {
    let local = Local::start().await;
    let (first, second) = (local.store(), local.store());
    let (firsts, seconds) = (channels("first", 250, 0), channels("second", 120, 0));
    first.write_rows(1, &firsts).await.unwrap();
    second.write_rows(1, &seconds).await.unwrap();
    let result = first.publish(&record(1, &firsts)).await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "DynamoDB refused a conflicting write: somebody else is publishing version 1 or has done so"
    );
    second.publish(&record(1, &seconds)).await.unwrap();
    assert_eq!(second.raw_rows(1).await.unwrap(), seconds);
}

#[tokio::test]
async fn a_publisher_that_died_leaves_nothing_behind() {
    let local = Local::start().await;
    local.store().write_rows(1, &channels("dead", 1_300, 2_000)).await.unwrap();
    let rows = channels("alive", 1, 0);
    publish(&local.store(), 1, &rows).await.unwrap();
    assert_eq!(local.store().raw_rows(1).await.unwrap(), rows);
}

#[tokio::test]
async fn a_publisher_that_is_overtaken_in_the_middle_stops_writing() {
    let local = Local::start().await;
    let (slow, fast) = (local.store(), local.store());
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let slow = tokio::spawn(async move {
        let rows = channels("slow", 3_000, 0);
        let tell = |written| {
            let _ = tell.send(written);
        };
        slow.write_rows_telling(1, &rows, tell).await
    });
    assert_eq!(told.recv().await, Some(99), "it is in the middle");
    let rows = channels("fast", 100, 0);
    publish(&fast, 1, &rows).await.unwrap();
    assert!(is_conflict(&slow.await.unwrap()));
    assert_eq!(fast.raw_rows(1).await.unwrap(), rows);
}

#[tokio::test]
async fn of_many_publishers_at_once_exactly_one_wins_and_its_rows_are_unmixed() {
    let local = Arc::new(Local::start().await);
    let mut publishers = JoinSet::new();
    for publisher in 0..5 {
        let local = Arc::clone(&local);
        publishers.spawn(async move {
            let rows = channels(&format!("p{publisher}"), 150 + publisher, 0);
            publish(&local.store(), 1, &rows).await.map(|()| rows)
        });
    }
    let (won, lost): (Vec<_>, Vec<_>) = publishers.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    assert!(lost.iter().all(is_conflict), "{lost:?}");
    assert_eq!(&local.store().raw_rows(1).await.unwrap(), won[0].as_ref().unwrap());
}

#[tokio::test]
async fn a_row_that_fits_no_item_is_named_before_anything_is_written() {
    let local = Local::start().await;
    let store = local.store();
    let result = store.write_rows(1, &channels("huge", 1, 400_000)).await;
    assert!(is_malformed(&result));
    assert!(result.unwrap_err().to_string().contains("channel \"ch-0\" is larger than"));
}

#[tokio::test]
async fn what_was_not_written_here_cannot_be_published_from_here() {
    let local = Local::start().await;
    let rows = channels("a", 1, 0);
    local.store().write_rows(1, &rows).await.unwrap();
    assert!(is_conflict(&local.store().publish(&record(1, &rows)).await));
    assert_eq!(local.store().current_version().await.unwrap(), None);
}
