//! Counts of environments over a real `DynamoDB` protocol server.

use lockfill_dao::{CountsName, CountsWriter};
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbCounts, layout};
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::time::EpochSeconds;

const TABLE: &str = "delivery";

/// What lies at a key, decompressed.
async fn read(table: &DynamoDbCatalog, pk: &str, sk: &str) -> (EnvironmentCounts, i64) {
    let item = table.client().get_item().table_name(TABLE).set_key(Some(layout::key(pk, sk)));
    let item = item.send().await.unwrap().item.unwrap();
    let text = zstd::bulk::decompress(item["data"].as_b().unwrap().as_ref(), 1 << 22).unwrap();
    (serde_json::from_slice(&text).unwrap(), item["expires_at"].as_n().unwrap().parse().unwrap())
}

#[tokio::test]
async fn counts_lie_under_the_minute_of_their_flush_and_the_environment() {
    let table = DynamoDbCatalog::connect_locally(TABLE, &local_dynamodb::start().await.unwrap());
    catalog_cli::create_delivery_table(&table).await.unwrap();
    let store = DynamoDbCounts::beside(&table, TABLE);
    let name = CountsName { flushed_at: EpochSeconds(1_795_500_007), environment: 0x1ab, sequence: 7 };
    let counts = EnvironmentCounts {
        from: 1_795_499_990,
        until: 1_795_500_007,
        requests: vec![("ads".to_owned(), "u-1".to_owned(), "filled".to_owned(), 3)],
        handed_out: vec![("li-1".to_owned(), 5)],
        ..EnvironmentCounts::default()
    };
    store.write(&name, &counts).await.unwrap();
    let (read, expires_at) = read(&table, "counts#20261124T0600#11", "00000000000001ab#000007").await;
    assert_eq!((read, expires_at), (counts, 1_795_500_007 + 8 * 86_400));
}

#[tokio::test]
async fn counts_that_are_longer_than_an_item_are_refused_and_not_cut() {
    let table = DynamoDbCatalog::connect_locally(TABLE, &local_dynamodb::start().await.unwrap());
    catalog_cli::create_delivery_table(&table).await.unwrap();
    let store = DynamoDbCounts::beside(&table, TABLE);
    let name = CountsName { flushed_at: EpochSeconds(0), environment: 0, sequence: 1 };
    let hash = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let handed_out = (0..100_000_u64).map(|number| (format!("{:x}", hash(number)), hash(number))).collect();
    let counts = EnvironmentCounts { handed_out, ..EnvironmentCounts::default() };
    assert!(crate::local::is_malformed(&store.write(&name, &counts).await));
}
