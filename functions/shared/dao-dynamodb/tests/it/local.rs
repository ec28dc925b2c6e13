//! A `DynamoDB` in memory, the table in it, and rows to read.

use aws_sdk_dynamodb::types::AttributeValue;
use catalog_cli::Publisher;
use lockfill_dao::{DaoError, RowsDigest};
use lockfill_dao_dynamodb::{DynamoDbCatalog, PublishRecord, RawRows, layout};
use lockfill_models::time::EpochSeconds;

pub const TABLE: &str = "catalog";

pub struct Local {
    endpoint_url: String,
}

impl Local {
    /// Starts a server with the table. The server ends with the test's runtime.
    pub async fn start() -> Self {
        let local = Self { endpoint_url: local_dynamodb::start().await.unwrap() };
        catalog_cli::create_table(&local.store()).await.unwrap();
        local
    }

    /// Where the server listens.
    pub fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// A store as another process would have it.
    pub fn store(&self) -> DynamoDbCatalog {
        DynamoDbCatalog::connect_locally(TABLE, &self.endpoint_url)
    }

    /// Puts a value into an item.
    pub async fn set(&self, pk: &str, sk: &str, name: &str, value: AttributeValue) {
        let store = self.store();
        let update = store.client().update_item().table_name(TABLE).set_key(Some(layout::key(pk, sk)));
        let update = update.update_expression("SET #name = :value").expression_attribute_names("#name", name);
        update.expression_attribute_values(":value", value).send().await.unwrap();
    }

    /// An item.
    pub async fn get(&self, pk: &str, sk: &str) -> layout::Item {
        let key = layout::key(pk, sk);
        let found = self.store().client().get_item().table_name(TABLE).set_key(Some(key)).send().await;
        found.unwrap().item.unwrap()
    }

    /// Puts a whole item.
    pub async fn put(&self, item: layout::Item) {
        self.store().client().put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }

    /// Deletes an item.
    pub async fn delete(&self, pk: &str, sk: &str) {
        let key = layout::key(pk, sk);
        self.store().client().delete_item().table_name(TABLE).set_key(Some(key)).send().await.unwrap();
    }
}

/// Rows of one kind, with padding of that length.
pub fn channels(name: &str, count: usize, padding: usize) -> RawRows {
    let padding = "x".repeat(padding);
    let json = |id: &str| format!(r#"{{"id":"{id}","name":"{name}","padding":"{padding}"}}"#);
    let ids = (0..count).map(|number| format!("ch-{number}"));
    RawRows::from([("channel".to_owned(), ids.map(|id| (id.clone(), json(&id))).collect())])
}

/// Publishes a version with the publisher of `catalog-cli`.
pub async fn publish(store: &DynamoDbCatalog, version: u64, rows: &RawRows) -> PublishRecord {
    let publisher = Publisher::new(store);
    let draft = publisher.write(version, rows, |_| {}).await.unwrap();
    publisher.publish(&draft, EpochSeconds(1_780_000_000)).await.unwrap()
}

pub fn is_malformed<T>(result: &Result<T, DaoError>) -> bool {
    matches!(result, Err(DaoError::Malformed { .. }))
}

/// The digest of a published version.
pub async fn digest_of(store: &DynamoDbCatalog, version: u64) -> RowsDigest {
    store.record(version).await.unwrap().digest
}

/// The rows of a published version.
pub async fn rows_of(store: &DynamoDbCatalog, version: u64) -> RawRows {
    store.raw_rows(version, &digest_of(store, version).await).await.unwrap()
}
