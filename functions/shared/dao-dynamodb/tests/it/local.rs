//! A `DynamoDB` in memory, the table in it, and rows to publish.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use dynoxide::Database;
use lockfill_dao::{CatalogWriter, DaoError, PublishRecord};
use lockfill_dao_dynamodb::{DynamoDbCatalog, RawRows};
use lockfill_models::time::EpochSeconds;
use tokio::net::TcpListener;

const TABLE: &str = "catalog";

pub struct Local {
    pub endpoint_url: String,
}

impl Local {
    /// Starts a server, which ends with the test's runtime, without a table.
    pub async fn empty() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(dynoxide::server::serve_on(listener, Database::memory().unwrap()));
        Self { endpoint_url }
    }

    /// Starts a server with the table.
    pub async fn start() -> Self {
        let local = Self::empty().await;
        local.store().create_table().await.unwrap();
        local
    }

    /// A store as another process would have it.
    pub fn store(&self) -> DynamoDbCatalog {
        DynamoDbCatalog::connect_locally(TABLE, &self.endpoint_url)
    }

    /// A client to look behind the store's back with.
    pub fn client(&self) -> Client {
        let settings = Builder::new()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(&self.endpoint_url);
        Client::from_conf(settings.build())
    }

    /// Puts an item of strings.
    pub async fn put(&self, attributes: &[(&str, &str)]) {
        let item = attributes.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
        self.client().put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }

    /// Deletes an item.
    pub async fn delete(&self, pk: &str, sk: &str) {
        let key = HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))]);
        self.client().delete_item().table_name(TABLE).set_key(Some(key)).send().await.unwrap();
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// Rows of one kind that hold nothing but an id, a name and some padding.
pub fn channels(name: &str, count: usize, padding: usize) -> RawRows {
    let padding = "x".repeat(padding);
    let row = |number: usize| {
        let id = format!("ch-{number}");
        (id.clone(), format!(r#"{{"id":"{id}","name":"{name}","padding":"{padding}"}}"#))
    };
    RawRows::from([("channel".to_owned(), (0..count).map(row).collect())])
}

pub fn record(version: u64, rows: &RawRows) -> PublishRecord {
    PublishRecord {
        version,
        published_at: EpochSeconds(1_780_000_000),
        row_counts: rows.iter().map(|(kind, rows)| (kind.clone(), rows.len() as u64)).collect(),
    }
}

pub async fn publish(store: &DynamoDbCatalog, version: u64, rows: &RawRows) -> Result<(), DaoError> {
    store.write_rows(version, rows).await?;
    store.publish(&record(version, rows)).await
}

pub fn is_conflict<T>(result: &Result<T, DaoError>) -> bool {
    matches!(result, Err(DaoError::Conflict { .. }))
}

pub fn is_malformed<T>(result: &Result<T, DaoError>) -> bool {
    matches!(result, Err(DaoError::Malformed { .. }))
}
