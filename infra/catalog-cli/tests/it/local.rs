//! A `DynamoDB` in memory, the table in it, and rows to publish.

use catalog_cli::{Draft, PublishError, Publisher};
use lockfill_dao::{CatalogReader, RowsDigest};
use lockfill_dao_dynamodb::{DynamoDbCatalog, PublishRecord, RawRows};
use lockfill_models::time::EpochSeconds;

const TABLE: &str = "catalog";
pub const PUBLISHED_AT: EpochSeconds = EpochSeconds(1_780_000_000);

pub struct Local {
    pub endpoint_url: String,
}

impl Local {
    /// Starts a server, which ends with the test's runtime, without a table.
    pub async fn empty() -> Self {
        Self { endpoint_url: local_dynamodb::start().await.unwrap() }
    }

    /// Starts a server with the table.
    pub async fn start() -> Self {
        let local = Self::empty().await;
        catalog_cli::create_table(&local.store()).await.unwrap();
        local
    }

    /// A store as another process would have it.
    pub fn store(&self) -> DynamoDbCatalog {
        DynamoDbCatalog::connect_locally(TABLE, &self.endpoint_url)
    }
}

/// Rows of one kind that hold an id, a name and some padding.
pub fn channels(name: &str, count: usize, padding: usize) -> RawRows {
    let padding = "x".repeat(padding);
    let row = |number: usize| {
        let id = format!("ch-{number}");
        (id.clone(), format!(r#"{{"id":"{id}","name":"{name}","padding":"{padding}"}}"#))
    };
    RawRows::from([("channel".to_owned(), (0..count).map(row).collect())])
}

/// Writes a version without publishing it.
pub async fn write(store: &DynamoDbCatalog, version: u64, rows: &RawRows) -> Result<Draft, PublishError> {
    Publisher::new(store).write(version, rows, |_| {}).await
}

/// Publishes a written version.
pub async fn finish(store: &DynamoDbCatalog, draft: &Draft) -> Result<PublishRecord, PublishError> {
    Publisher::new(store).publish(draft, PUBLISHED_AT).await
}

/// Writes and publishes a version.
pub async fn publish(
    store: &DynamoDbCatalog,
    version: u64,
    rows: &RawRows,
) -> Result<PublishRecord, PublishError> {
    let draft = write(store, version, rows).await?;
    finish(store, &draft).await
}

pub fn is_conflict<T>(result: &Result<T, PublishError>) -> bool {
    matches!(result, Err(PublishError::Conflict(_)))
}

/// The version that the pointer names.
pub async fn version_of(store: &DynamoDbCatalog) -> Option<u64> {
    store.current().await.unwrap().map(|published| published.version)
}

/// The digest of a published version.
pub async fn digest_of(store: &DynamoDbCatalog, version: u64) -> RowsDigest {
    store.record(version).await.unwrap().digest
}

/// The rows of a published version.
pub async fn rows_of(store: &DynamoDbCatalog, version: u64) -> RawRows {
    store.raw_rows(version, &digest_of(store, version).await).await.unwrap()
}
