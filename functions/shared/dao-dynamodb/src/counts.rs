//! Counts of environments in the table of delivery.

use aws_sdk_dynamodb::Client;
use lockfill_dao::{CountsName, CountsReader, CountsWriter, DaoError};
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::time::EpochSeconds;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::catalog::DynamoDbCatalog;
use crate::chunks::decompress;
use crate::delivery_layout::{PIECE_BYTES_MAX, counts_item, counts_partition};
use crate::errors::{malformed, unavailable};
use crate::layout::{DATA, Item, SHARDS, bytes_of, text};
use crate::reading::{Reading, all_items, items_of};
use crate::sending;

/// The most bytes of a document before compression.
const DOCUMENT_BYTES_MAX: usize = 16 * 1024 * 1024;

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

    async fn of_shard(&self, minute: i64, shard: usize) -> Result<Vec<Item>, DaoError> {
        let partition = counts_partition(EpochSeconds(minute.saturating_mul(60)), shard);
        let query = self.client.query().table_name(&self.table).key_condition_expression("pk = :counts");
        all_items(query.expression_attribute_values(":counts", text(&partition))).await
    }
}

impl CountsReader for DynamoDbCounts {
    async fn of_minute(&self, minute: i64) -> Result<Vec<EnvironmentCounts>, DaoError> {
        let reads = (0..SHARDS).map(|shard| -> Reading<'_> { Box::pin(self.of_shard(minute, shard)) });
        items_of(reads.collect(), SHARDS).await?.iter().map(read).collect()
    }
}

fn read(item: &Item) -> Result<EnvironmentCounts, DaoError> {
    let name = || "the counts of an environment".to_owned();
    let data = bytes_of(item, DATA).ok_or_else(|| malformed(format!("{} hold no data", name())))?;
    let json = decompress(data, DOCUMENT_BYTES_MAX, name)?;
    serde_json::from_slice(&json).map_err(|_| malformed(format!("{} cannot be read", name())))
}

impl CountsWriter for DynamoDbCounts {
    async fn write(&self, name: &CountsName, counts: &EnvironmentCounts) -> Result<(), DaoError> {
        let item = counts_item(name, compressed(counts)?);
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        sending::put(put).await.map_err(|error| unavailable(&error))
    }
}

/// The document in a zstd frame. Samples are left out where it would not fit an item.
///
/// Each function that answers writes counts. The compressor of the reference library, of which only the functions
/// `catalog` and `pacing` and programs make use otherwise, would be a tenth of such a function.
fn compressed(counts: &EnvironmentCounts) -> Result<Vec<u8>, DaoError> {
    let of = |counts: &EnvironmentCounts| {
        let text = serde_json::to_vec(counts).map_err(|error| malformed(error.to_string()))?;
        Ok::<_, DaoError>(compress_to_vec(text.as_slice(), CompressionLevel::Fastest))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_compresses_the_reference_library_reads_and_it_is_short() {
        let id = |number: u64| format!("li-{}", (number * 7_919) % 9_973);
        for rows in [0, 1, 100, 5_000] {
            let handed_out = (0..rows).map(|number| (id(number), number % 97)).collect();
            let counts = EnvironmentCounts { handed_out, ..EnvironmentCounts::default() };
            let data = compressed(&counts).unwrap();
            let json = zstd::bulk::decompress(&data, DOCUMENT_BYTES_MAX).unwrap();
            assert_eq!(serde_json::from_slice::<EnvironmentCounts>(&json).unwrap(), counts);
            // A write costs by the kilobyte.
            assert!(data.len() <= json.len() * 6 / 10 || rows < 5_000, "{} of {}", data.len(), json.len());
        }
    }
}
