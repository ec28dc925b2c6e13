//! The ledger of events in a table of its own.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use lockfill_dao::{DaoError, EventLedger, LedgerEntry, Written};

use crate::catalog::DynamoDbCatalog;
use crate::client;
use crate::errors::unavailable;
use crate::ledger_layout::ledger_item;

/// How long a write may take, its retry included. A write that is repeated because its answer was lost finds its own
/// entry, and changes nothing.
const WRITE_DEADLINE: Duration = Duration::from_secs(1);

/// The ledger. The crate's documentation has the table's layout.
#[derive(Debug)]
pub struct DynamoDbLedger {
    client: Client,
    table: String,
}

impl DynamoDbLedger {
    /// A ledger beside a catalog: both use the same connections. Nothing is sent before the first write.
    #[must_use]
    pub fn beside(catalog: &DynamoDbCatalog, table: &str) -> Self {
        Self { client: catalog.client.clone(), table: table.to_owned() }
    }
}

impl EventLedger for DynamoDbLedger {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        let written = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(ledger_item(entry)))
            .condition_expression("attribute_not_exists(pk)")
            .customize()
            .config_override(client::for_requests(WRITE_DEADLINE))
            .send()
            .await;
        let Err(error) = written else { return Ok(Written::New) };
        let is_there = |error: &PutItemError| error.is_conditional_check_failed_exception();
        if error.as_service_error().is_some_and(is_there) {
            return Ok(Written::Repeated);
        }
        Err(unavailable(&error))
    }
}
