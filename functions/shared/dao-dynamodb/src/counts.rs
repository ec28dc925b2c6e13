//! Counts of environments in the table of delivery.

use aws_sdk_dynamodb::Client;
use lockfill_dao::{CountsName, CountsWriter, DaoError};
use lockfill_models::counts::EnvironmentCounts;

use crate::catalog::DynamoDbCatalog;
use crate::chunks::compress;
use crate::delivery_layout::{PIECE_BYTES_MAX, counts_item};
use crate::errors::{malformed, unavailable};

/// The counts of environments. The crate's documentation has the layout.
#[derive(Debug)]
pub struct DynamoDbCounts {
    client: Client,
    table: String,
}

impl DynamoDbCounts {
    /// Counts beside a catalog: both use the same connections. Nothing is sent before the first write.
    #[must_use]
    pub fn beside(catalog: &DynamoDbCatalog, table: &str) -> Self {
        Self { client: catalog.client.clone(), table: table.to_owned() }
    }
}

impl CountsWriter for DynamoDbCounts {
    async fn write(&self, name: &CountsName, counts: &EnvironmentCounts) -> Result<(), DaoError> {
        let item = counts_item(name, compressed(counts)?);
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map(drop).map_err(|error| unavailable(&error))
    }
}

/// The document, compressed. Samples are left out where it would not fit an item.
fn compressed(counts: &EnvironmentCounts) -> Result<Vec<u8>, DaoError> {
    let of = |counts: &EnvironmentCounts| {
        let text = serde_json::to_vec(counts).map_err(|error| malformed(error.to_string()))?;
        compress(&text)
    };
    let mut data = of(counts)?;
    if data.len() > PIECE_BYTES_MAX {
        let mut counts = counts.clone();
        counts.samples.requests.clear();
        data = of(&counts)?;
    }
    if data.len() <= PIECE_BYTES_MAX {
        Ok(data)
    } else {
        Err(malformed("counts that are longer than an item"))
    }
}
