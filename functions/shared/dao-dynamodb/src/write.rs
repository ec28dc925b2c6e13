//! Writing: a version's rows under a claim, and then its publication.

use std::sync::{MutexGuard, PoisonError};

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao::{CatalogWriter, DaoError, PublishRecord};
use uuid::Uuid;

use crate::DynamoDbCatalog;
use crate::errors::{conflict, malformed};
use crate::items::{self, Item, ROW};
use crate::kinds::RawRows;
use crate::transaction::{Action, Condition};

/// `DynamoDB` takes 100 actions in a transaction; one of them checks the claim.
const ACTIONS_PER_TRANSACTION: usize = 99;
/// `DynamoDB` takes 4 MB in a transaction, names and keys included.
const BYTES_PER_TRANSACTION: usize = 3 * 1024 * 1024;
/// `DynamoDB` takes 400 KB in an item, names and keys included.
const ROW_BYTES_MAX: usize = 390 * 1024;

/// The right to write a version, until somebody else takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    version: u64,
    writer: String,
}

impl CatalogWriter for DynamoDbCatalog {
    async fn write_rows(&self, version: u64, rows: &RawRows) -> Result<(), DaoError> {
        self.write_rows_telling(version, rows, |_| {}).await
    }

    async fn publish(&self, record: &PublishRecord) -> Result<(), DaoError> {
        let version = record.version;
        let claim = self.claim().clone().filter(|claim| claim.version == version);
        let claim = claim
            .ok_or_else(|| conflict(format!("the rows of version {version} were not written from here")))?;
        let actions = vec![
            Action::Delete(items::claim_key(version), Condition::WrittenBy(&claim.writer)),
            Action::Put(items::record_item(record), Condition::Absent),
            Action::Put(items::pointer_item(version), Condition::Older(version)),
        ];
        self.transact(actions, &lost(version)).await?;
        *self.claim() = None;
        Ok(())
    }
}

impl DynamoDbCatalog {
    /// [`CatalogWriter::write_rows`], telling every now and then how many rows have been written.
    ///
    /// # Errors
    /// A conflict if the version is published, or somebody else begins to write it; malformed if a row is
    /// larger than an item may be.
    pub async fn write_rows_telling(
        &self,
        version: u64,
        rows: &RawRows,
        mut tell: impl FnMut(usize) + Send,
    ) -> Result<(), DaoError> {
        for (kind, rows) in rows {
            if let Some((key, _)) = rows.iter().find(|(key, json)| key.len() + json.len() > ROW_BYTES_MAX) {
                return Err(malformed(format!("{kind} {key:?} is larger than {ROW_BYTES_MAX} bytes")));
            }
        }
        let claim = Claim { version, writer: Uuid::now_v7().to_string() };
        let actions = vec![
            Action::Check(items::record_key(version), Condition::Absent),
            Action::Put(items::claim_item(version, &claim.writer), Condition::None),
        ];
        self.transact(actions, &format!("version {version} is published already")).await?;
        *self.claim() = Some(claim.clone());
        self.clear(&claim).await?;

        let mut batch = Batch::new(&claim);
        let mut written = 0;
        for (kind, rows) in rows {
            for (key, json) in rows {
                if !batch.has_room_for(json.len()) {
                    written += self.flush(&mut batch).await?;
                    tell(written);
                }
                let mut item = items::row_key(version, format!("{kind}#{key}"));
                item.insert(ROW.to_owned(), items::text(json.as_str()));
                batch.bytes += json.len();
                batch.actions.push(Action::Put(item, Condition::None));
            }
        }
        written += self.flush(&mut batch).await?;
        tell(written);
        Ok(())
    }

    /// Deletes what a publisher that never came to publishing has left of the version.
    async fn clear(&self, claim: &Claim) -> Result<(), DaoError> {
        let mut batch = Batch::new(claim);
        let mut from = None;
        loop {
            let (page, next) = self.page(claim.version, from).await?;
            for item in page {
                if !batch.has_room_for(0) {
                    self.flush(&mut batch).await?;
                }
                batch.actions.push(Action::Delete(key_of(item), Condition::None));
            }
            self.flush(&mut batch).await?;
            from = next;
            if from.is_none() {
                return Ok(());
            }
        }
    }

    /// Does what is in the batch, provided that the claim still holds; how many actions that were.
    async fn flush(&self, batch: &mut Batch<'_>) -> Result<usize, DaoError> {
        let mut actions = std::mem::take(&mut batch.actions);
        batch.bytes = 0;
        let count = actions.len();
        if count > 0 {
            let claim = batch.claim;
            let is_ours = Condition::WrittenBy(&claim.writer);
            actions.push(Action::Check(items::claim_key(claim.version), is_ours));
            self.transact(actions, &lost(claim.version)).await?;
        }
        Ok(count)
    }

    fn claim(&self) -> MutexGuard<'_, Option<Claim>> {
        self.claim.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Actions that fit one transaction.
struct Batch<'a> {
    claim: &'a Claim,
    actions: Vec<Action<'a>>,
    bytes: usize,
}

impl<'a> Batch<'a> {
    const fn new(claim: &'a Claim) -> Self {
        Self { claim, actions: Vec::new(), bytes: 0 }
    }

    const fn has_room_for(&self, bytes: usize) -> bool {
        self.actions.len() < ACTIONS_PER_TRANSACTION && self.bytes + bytes <= BYTES_PER_TRANSACTION
    }
}

fn key_of(mut item: Item) -> Item {
    item.retain(|name, value| matches!(value, AttributeValue::S(_)) && (name == "pk" || name == "sk"));
    item
}

fn lost(version: u64) -> String {
    format!("somebody else is publishing version {version} or has done so")
}
