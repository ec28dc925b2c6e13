//! A read of the pointer ends within its deadline, and never returns an older version than before.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use local_dynamodb::scripted::{self, Reply};
use lockfill_dao::{CatalogReader, DaoError};
use lockfill_dao_dynamodb::DynamoDbCatalog;
use tokio::net::TcpSocket;

use crate::local::{Local, channels, publish};

/// How much later than its deadline an answer may come on a machine that is busy with other tests.
const SLACK: Duration = Duration::from_millis(400);

fn store(endpoint_url: &str) -> DynamoDbCatalog {
    DynamoDbCatalog::connect_locally("catalog", endpoint_url)
}

/// The pointer's item.
fn pointer(version: u64) -> Reply {
    let digest = "07".repeat(32);
    Reply::ok(format!(r#"{{"Item":{{"version":{{"N":"{version}"}},"digest":{{"S":"{digest}"}}}}}}"#))
}

/// The version that the pointer names.
async fn current(store: &DynamoDbCatalog) -> Option<u64> {
    store.current().await.unwrap().map(|published| published.version)
}

fn is_consistent(body: &str) -> bool {
    body.contains(r#""ConsistentRead":true"#)
}

#[tokio::test]
async fn a_replica_that_lags_takes_no_reader_back_to_an_older_version() {
    let endpoint_url = scripted::start(|request| match request.number {
        1 => pointer(7),
        _ if is_consistent(&request.body) => pointer(8),
        _ => pointer(6),
    })
    .await
    .unwrap();
    let store = store(&endpoint_url);
    assert_eq!(current(&store).await, Some(7));
    assert_eq!(current(&store).await, Some(8));
}

#[tokio::test]
async fn a_table_that_was_emptied_is_empty() {
    let local = Local::start().await;
    let store = local.store();
    publish(&store, 1, &channels("a", 1, 0)).await;
    assert_eq!(current(&store).await, Some(1));
    local.delete("pointer", "catalog").await;
    assert_eq!(current(&store).await, None);
}

#[tokio::test]
async fn a_connection_that_died_silently_costs_one_attempt_and_no_answer() {
    // The first connection answers once and then never again, as after a freeze.
    let endpoint_url = scripted::start(|request| match (request.connection, request.number) {
        (1, 2..) => Reply::Silence,
        _ => pointer(7),
    })
    .await
    .unwrap();
    let store = store(&endpoint_url);
    current(&store).await;
    let started = Instant::now();
    assert_eq!(current(&store).await, Some(7));
    assert!(started.elapsed() < Duration::from_millis(250) + SLACK, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_store_that_stops_answering_is_an_error_at_the_deadline() {
    let endpoint_url = scripted::start(|request| match request.number {
        1 => pointer(7),
        _ => Reply::Silence,
    })
    .await
    .unwrap();
    let store = store(&endpoint_url);
    current(&store).await;
    for _ in 0..2 {
        let started = Instant::now();
        let error = store.current().await.unwrap_err();
        assert_eq!(error.to_string(), "DynamoDB is unavailable: no answer in time");
        assert!(started.elapsed() < Duration::from_millis(250) + SLACK, "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_store_that_is_not_there_is_unavailable_at_once() {
    // Bound, so that no other process listens there meanwhile.
    let nowhere = TcpSocket::new_v4().unwrap();
    nowhere.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = nowhere.local_addr().unwrap();
    let started = Instant::now();
    let error = store(&format!("http://{address}")).current().await.unwrap_err();
    assert_eq!(error.to_string(), "DynamoDB is unavailable: the connection failed");
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn an_error_is_named_by_its_code_alone() {
    let endpoint_url = scripted::start(|_| Reply::error("AccessDeniedException")).await.unwrap();
    let error = store(&endpoint_url).current().await.unwrap_err();
    assert_eq!(error.to_string(), "DynamoDB is unavailable: it answered AccessDeniedException");
    let endpoint_url = scripted::start(|_| Reply::ok("not json")).await.unwrap();
    let error = store(&endpoint_url).current().await.unwrap_err();
    assert_eq!(error.to_string(), "DynamoDB is unavailable: its answer could not be read");
    let endpoint_url = scripted::start(|_| Reply::ok(r#"{"Item":{"version":{"S":"x"}}}"#)).await.unwrap();
    let error = store(&endpoint_url).current().await.unwrap_err();
    assert!(matches!(error, DaoError::Malformed { .. }), "{error}");
}

#[tokio::test]
async fn a_load_goes_over_the_connection_that_read_the_pointer() {
    let connections = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&connections);
    let endpoint_url = scripted::start(move |request| {
        seen.lock().unwrap().push(request.connection);
        if request.body.contains("pointer") { pointer(7) } else { Reply::ok("{}") }
    })
    .await
    .unwrap();
    let store = store(&endpoint_url);
    let published = store.current().await.unwrap().unwrap();
    // The pool has the connection again once its task has run.
    tokio::time::sleep(Duration::from_millis(20)).await;
    store.manifest(&published).await.unwrap_err();
    // The pointer, and both ways of reading a manifest.
    assert_eq!(*connections.lock().unwrap(), [1, 1, 1]);
}
