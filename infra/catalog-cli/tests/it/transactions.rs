//! Transactions that `DynamoDB` cancels.

use local_dynamodb::scripted::{self, Reply};
use lockfill_dao_dynamodb::DynamoDbCatalog;

use crate::local::{channels, is_conflict, write};

#[tokio::test]
async fn a_transaction_that_meets_another_one_is_tried_again_and_a_failed_condition_is_not() {
    // The claim fails twice; then there is nothing to clear in any of 16 partitions; then the first rows fail.
    let endpoint_url = scripted::start(|request| match request.number {
        1 => Reply::canceled("TransactionConflict"),
        2 => Reply::canceled("ThrottlingError"),
        4..=19 => Reply::ok(r#"{"Items":[],"Count":0}"#),
        21 => Reply::canceled("ConditionalCheckFailed"),
        22.. => Reply::error("TooManyRequests"),
        _ => Reply::ok("{}"),
    })
    .await
    .unwrap();
    let store = DynamoDbCatalog::connect_locally("catalog", &endpoint_url);
    let result = write(&store, 1, &channels("a", 1, 0)).await;
    assert!(is_conflict(&result), "{result:?}");
}

#[tokio::test]
async fn after_some_attempts_a_store_too_busy_for_transactions_is_an_error() {
    let endpoint_url = scripted::start(|_| Reply::canceled("TransactionConflict")).await.unwrap();
    let store = DynamoDbCatalog::connect_locally("catalog", &endpoint_url);
    let error = write(&store, 1, &channels("a", 1, 0)).await.unwrap_err();
    assert!(error.to_string().contains("too busy"), "{error}");
}
