//! Reads the pointer, a publish record, and a version's rows.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use lockfill_catalog::Refusal;
use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::{CatalogReader, DaoError};

use crate::catalog::DynamoDbCatalog;
use crate::client;
use crate::errors::{malformed, unavailable};
use crate::kinds::add_row;
use crate::layout::{self, Item, ROW};
use crate::record::{self, PublishRecord};

/// The most JSON of a version. While a new version loads, its rows, its compiled form and the version in use are
/// in a function's memory at the same time.
const ROWS_BYTES_MAX: usize = 64 * 1024 * 1024;

impl CatalogReader for DynamoDbCatalog {
    async fn current_version(&self) -> Result<Option<u64>, DaoError> {
        let last_seen = self.last_seen.load(Ordering::Relaxed);
        let mut version = self.pointer(false, last_seen).await?;
        // The replica lags, or the table was emptied. A consistent read tells which.
        if version.unwrap_or(0) < last_seen {
            version = self.pointer(true, last_seen).await?;
        }
        self.last_seen.store(version.unwrap_or(0), Ordering::Relaxed);
        Ok(version)
    }

    async fn rows(&self, version: u64) -> Result<CatalogRows, DaoError> {
        let mut rows = CatalogRows::default();
        self.for_each_row(version, |kind, key, json| {
            add_row(&mut rows, kind, &json).map_err(|error| {
                // Another message of serde may quote the row, so the error leaves it out.
                let refused = Refusal::of_refused_code(kind, key, &error.to_string());
                malformed(refused.map_or_else(
                    || format!("{kind} {key:?} of version {version} is not a {kind}"),
                    |refused| refused.to_string(),
                ))
            })
        })
        .await?;
        Ok(rows)
    }
}

impl DynamoDbCatalog {
    pub(crate) async fn pointer(&self, is_consistent: bool, last_seen: u64) -> Result<Option<u64>, DaoError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(layout::pointer_key()))
            .consistent_read(is_consistent)
            .customize()
            .config_override(client::for_pointer(self.deadline(last_seen)))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let Some(item) = answer.item else { return Ok(None) };
        let version = layout::version(&item);
        version.map(Some).ok_or_else(|| malformed("the pointer names no version"))
    }

    pub(crate) async fn record(&self, version: u64) -> Result<PublishRecord, DaoError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(layout::record_key(version)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let item = answer.item.ok_or_else(|| malformed(format!("version {version} was never published")))?;
        record::read(&item)
    }

    /// Reads a version page by page. Fails if the rows are not those that the publish record counts.
    pub(crate) async fn for_each_row(
        &self,
        version: u64,
        mut take: impl FnMut(&str, &str, String) -> Result<(), DaoError>,
    ) -> Result<(), DaoError> {
        let record = self.record(version).await?;
        let rows_max: u64 = record.row_counts.values().sum();
        let mut counts = BTreeMap::<String, u64>::new();
        let (mut rows_read, mut bytes_read) = (0, 0);
        let mut from = None;
        loop {
            let (page, next) = self.rows_page(version, from).await?;
            for item in page {
                let (kind, key, json) = row(version, item)?;
                rows_read += 1;
                bytes_read += json.len();
                if rows_read > rows_max || bytes_read > ROWS_BYTES_MAX {
                    return Err(malformed(format!("version {version} holds more than it may")));
                }
                take(&kind, &key, json)?;
                *counts.entry(kind).or_default() += 1;
            }
            from = next;
            if from.is_none() {
                break;
            }
        }
        let expected = record.row_counts.into_iter().filter(|(_, count)| *count > 0);
        for (kind, expected) in expected {
            let found = counts.get(&kind).copied().unwrap_or(0);
            if found != expected {
                return Err(malformed(format!("version {version} has {found} of {expected} rows of {kind}")));
            }
        }
        Ok(())
    }

    /// One page of a version's rows, at most 1 MB, and the start of the next page.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn rows_page(
        &self,
        version: u64,
        from: Option<Item>,
    ) -> Result<(Vec<Item>, Option<Item>), DaoError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :partition")
            .expression_attribute_values(":partition", layout::text(layout::rows_partition(version)))
            .consistent_read(true)
            .set_exclusive_start_key(from)
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key.filter(|key| !key.is_empty())))
    }
}

/// A row's kind, key and JSON.
fn row(version: u64, mut item: Item) -> Result<(String, String, String), DaoError> {
    let mut string = |name: &str| match item.remove(name) {
        Some(aws_sdk_dynamodb::types::AttributeValue::S(text)) => Some(text),
        _ => None,
    };
    let (sort, json) = (string("sk"), string(ROW));
    let parts = sort.as_deref().and_then(|sort| sort.split_once('#')).zip(json);
    let ((kind, key), json) =
        parts.ok_or_else(|| malformed(format!("version {version} holds an item that is no row")))?;
    Ok((kind.to_owned(), key.to_owned(), json))
}
