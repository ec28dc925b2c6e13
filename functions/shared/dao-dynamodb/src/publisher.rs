//! What command-line programs do with a table: no function does.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use lockfill_dao::DaoError;

use crate::catalog::DynamoDbCatalog;
use crate::client;
use crate::kinds::RawRows;
use crate::record::PublishRecord;

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
            Some(version) => self.record(version).await.map(Some),
            None => Ok(None),
        }
    }

    /// All rows of a version as they were published, including unknown fields and kinds.
    ///
    /// # Errors
    /// If the store cannot be read, the version was never published, or a row is missing or superfluous.
    pub async fn raw_rows(&self, version: u64) -> Result<RawRows, DaoError> {
        let mut rows = RawRows::new();
        self.for_each_row(version, |kind, key, json| {
            rows.entry(kind.to_owned()).or_default().insert(key.to_owned(), json);
            Ok(())
        })
        .await?;
        Ok(rows)
    }
}
