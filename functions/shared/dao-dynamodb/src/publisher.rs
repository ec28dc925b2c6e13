//! What command-line programs do with a table: no function does.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use lockfill_dao::DaoError;

use crate::catalog::DynamoDbCatalog;
use crate::client;
use crate::errors::{malformed, unavailable};
use crate::layout::{self, Item};
use crate::record::{self, PublishRecord};

/// How long a read of the pointer may take, its retry included: a command waits where a request cannot.
const PATIENT_DEADLINE: Duration = Duration::from_secs(10);

impl DynamoDbCatalog {
    /// A store for a command-line program, with a long deadline for the pointer.
    pub async fn connect_patiently(table: &str, endpoint_url: Option<&str>) -> Self {
        Self::new(client::connect(endpoint_url).await, table, PATIENT_DEADLINE)
    }

    /// The client, for the publisher.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The record of the version that is served now; `None` if none was ever published. The read is strongly
    /// consistent, so a publisher finds the version that it has just published.
    ///
    /// # Errors
    /// If the store cannot be read, or holds something unreadable.
    pub async fn last_published(&self) -> Result<Option<PublishRecord>, DaoError> {
        match self.pointer(true, 0).await? {
            Some(published) => self.record(published.version).await.map(Some),
            None => Ok(None),
        }
    }

    /// The publish record of a version.
    ///
    /// # Errors
    /// If the store cannot be read, or the version was never published.
    pub async fn record(&self, version: u64) -> Result<PublishRecord, DaoError> {
        let item = self.item_for_load(&layout::record_key(version), true).await?;
        let item = item.ok_or_else(|| malformed(format!("version {version} was never published")))?;
        record::read(&item)
    }

    /// The keys of one page of a partition, and the start of the next page.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn keys_page(
        &self,
        partition: &str,
        from: Option<Item>,
    ) -> Result<(Vec<Item>, Option<Item>), DaoError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :partition")
            .expression_attribute_values(":partition", layout::text(partition))
            .projection_expression("pk, sk")
            .consistent_read(true)
            .set_exclusive_start_key(from)
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key.filter(|key| !key.is_empty())))
    }
}
