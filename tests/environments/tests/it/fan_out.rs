//! Environments that start at once throttle each other, and all of them serve within seconds.
//!
//! The caches, the store's readers and the SDK with its retries are the real ones. The store is a model, and time is
//! virtual: what is measured is the store's time, without that of processors.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lockfill_catalog::BLOB_FORMAT;
use lockfill_catalog::compile::compile;
use lockfill_dao::{BlobCounts, BlobWriter, Published, RowsDigest};
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_services::CatalogCache;
use lockfill_test_environments::LimitedStore;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::rows::rows;

/// Set for the long proof, which optimizes programs and takes some gigabytes.
const LONG_VARIABLE: &str = "LOCKFILL_LONG_FAN_OUT";
const WITHIN: Duration = Duration::from_secs(1);

/// How many environments start with how many line items, and what a partition serves in a second.
struct Run {
    environments: u32,
    line_items: usize,
    units_a_second: u64,
}

/// A quarter of `DynamoDB`'s own limit of 3,000, at which these environments are not throttled.
const LONG: Run = Run { environments: 200, line_items: 100_000, units_a_second: 750 };
/// A tenth of the environments, and less of the limit: the chunks of so few line items lie in one partition each.
const SHORT: Run = Run { environments: 20, line_items: 10_000, units_a_second: 75 };

#[expect(clippy::disallowed_methods, reason = "the long proof says so")]
fn run() -> Run {
    if std::env::var(LONG_VARIABLE).is_ok() { LONG } else { SHORT }
}

fn at(elapsed: Duration) -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap() + SignedDuration::try_from(elapsed).unwrap()
}

/// Publishes a catalog: its blob by the writer of the compiler, then the pointer.
async fn publish(store: &LimitedStore, version: u64, line_items: usize) {
    let blob = compile(version, rows(line_items)).unwrap().into_blob();
    let published = Published { version, digest: RowsDigest::from_bytes([7; 32]) };
    let writer = DynamoDbCatalog::connect_through("catalog", store.clone());
    let manifest =
        writer.write(&published, BLOB_FORMAT, blob.as_bytes(), BlobCounts::default()).await.unwrap();
    println!(
        "{line_items} line items: {} bytes in {} chunks of {} bytes",
        manifest.raw_bytes,
        manifest.chunks.len(),
        manifest.compressed_bytes / manifest.chunks.len() as u64
    );
    store.put(&json!({
        "pk": { "S": "pointer" }, "sk": { "S": "catalog" },
        "version": { "N": version.to_string() }, "digest": { "S": published.digest.to_string() },
    }));
}

#[tokio::test(start_paused = true)]
async fn environments_that_start_within_a_second_all_serve_within_five_on_a_store_that_throttles() {
    let Run { environments, line_items, units_a_second } = run();
    let store = LimitedStore::new(units_a_second);
    publish(&store, 1, line_items).await;
    let begun = Instant::now();
    let mut starting = JoinSet::new();
    for number in 0..environments {
        let store = store.clone();
        starting.spawn(async move {
            sleep(WITHIN * number / environments).await;
            let started = Instant::now();
            let reader = Arc::new(DynamoDbCatalog::connect_through("catalog", store));
            let cache = CatalogCache::new(reader);
            cache.warm(at(begun.elapsed())).await;
            let served = cache.get(at(begun.elapsed())).await.expect("an environment has no catalog");
            assert_eq!(served.catalog.version(), 1);
            started.elapsed()
        });
    }
    let mut took = starting.join_all().await;
    took.sort_unstable();
    let (median, last, throttled) = (took[took.len() / 2], took[took.len() - 1], store.throttled());
    println!("{environments} environments: median {median:?}, last {last:?}, {throttled} reads throttled");
    assert!(throttled > 0, "the limit was not reached, so nothing was shown");
    assert!(last < Duration::from_secs(5), "{last:?}");
}
