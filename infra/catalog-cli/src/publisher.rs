//! Writes a version's rows under a claim, and then publishes the version. The crate's documentation describes the
//! protocol.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao_dynamodb::errors::malformed;
use lockfill_dao_dynamodb::layout::{Item, record_key};
use lockfill_dao_dynamodb::{DynamoDbCatalog, PublishRecord, RawRows};
use lockfill_models::time::EpochSeconds;
use uuid::Uuid;

use crate::counts::count;
use crate::error::PublishError;
use crate::items::{claim_item, claim_key, pointer_item, record_item, row_item};
use crate::transaction::{Action, Condition, transact};

/// `DynamoDB` takes 100 actions in a transaction; one of them checks the claim.
const ACTIONS_PER_TRANSACTION: usize = 99;
/// `DynamoDB` takes 4 MB in a transaction, names and keys included.
const BYTES_PER_TRANSACTION: usize = 3 * 1024 * 1024;
/// `DynamoDB` takes 400 KB in an item, names and keys included.
const ROW_BYTES_MAX: usize = 390 * 1024;

/// A version whose rows are written and which is not published yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    version: u64,
    /// The name in the claim, unique to this draft.
    writer: String,
    row_counts: BTreeMap<String, u64>,
}

/// Writes and publishes versions of the catalog in one table.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'a> {
    catalog: &'a DynamoDbCatalog,
}

impl<'a> Publisher<'a> {
    /// A publisher to the table of `catalog`.
    #[must_use]
    pub const fn new(catalog: &'a DynamoDbCatalog) -> Self {
        Self { catalog }
    }

    /// Claims a version and writes its rows. Readers do not see them before [`Self::publish`].
    ///
    /// After each transaction `on_progress` is called with the number of rows written so far.
    ///
    /// # Errors
    /// [`PublishError::Conflict`] if the version is published, or another publisher claims it meanwhile;
    /// [`PublishError::Store`] if the store fails, or a row is larger than an item may be.
    pub async fn write(
        &self,
        version: u64,
        rows: &RawRows,
        mut on_progress: impl FnMut(usize) + Send,
    ) -> Result<Draft, PublishError> {
        check_sizes(rows)?;
        let draft = self.claim(version, rows).await?;
        self.clear(&draft).await?;
        let mut batch = Batch::default();
        let mut written = 0;
        for (kind, rows) in rows {
            for (key, json) in rows {
                if !batch.has_room_for(json.len()) {
                    written += self.flush(&draft, &mut batch).await?;
                    on_progress(written);
                }
                batch.bytes += json.len();
                batch.actions.push(Action::Put(row_item(version, kind, key, json), Condition::None));
            }
        }
        written += self.flush(&draft, &mut batch).await?;
        on_progress(written);
        Ok(draft)
    }

    /// Makes a written version the served one, in one transaction for all readers.
    ///
    /// # Errors
    /// [`PublishError::Conflict`] if another publisher has claimed or published the version, or has published a
    /// newer one; [`PublishError::Store`] if the store fails. After [`lockfill_dao::DaoError::Unavailable`] the
    /// version may be published nevertheless.
    pub async fn publish(
        &self,
        draft: &Draft,
        published_at: EpochSeconds,
    ) -> Result<PublishRecord, PublishError> {
        let version = draft.version;
        let record = PublishRecord { version, published_at, row_counts: draft.row_counts.clone() };
        let actions = vec![
            Action::Delete(claim_key(version), Condition::WrittenBy(&draft.writer)),
            Action::Put(record_item(&record), Condition::Absent),
            Action::Put(pointer_item(version), Condition::Older(version)),
        ];
        transact(self.catalog, actions, &lost(version)).await?;
        Ok(record)
    }

    async fn claim(&self, version: u64, rows: &RawRows) -> Result<Draft, PublishError> {
        #[expect(clippy::disallowed_methods, reason = "a writer's name depends on no request")]
        let writer = Uuid::now_v7().to_string();
        let draft = Draft { version, writer, row_counts: count(rows) };
        let actions = vec![
            Action::Check(record_key(version), Condition::Absent),
            Action::Put(claim_item(version, &draft.writer), Condition::None),
        ];
        transact(self.catalog, actions, &format!("version {version} is published already")).await?;
        Ok(draft)
    }

    /// Deletes the rows that another publisher has left under the version.
    async fn clear(&self, draft: &Draft) -> Result<(), PublishError> {
        let mut batch = Batch::default();
        let mut from = None;
        loop {
            let (page, next) = self.catalog.rows_page(draft.version, from).await?;
            for item in page {
                if !batch.has_room_for(0) {
                    self.flush(draft, &mut batch).await?;
                }
                batch.actions.push(Action::Delete(key_of(item), Condition::None));
            }
            self.flush(draft, &mut batch).await?;
            from = next;
            if from.is_none() {
                return Ok(());
            }
        }
    }

    /// Executes and empties the batch, on the condition that the draft's claim still holds. Returns the number of
    /// actions.
    async fn flush(&self, draft: &Draft, batch: &mut Batch) -> Result<usize, PublishError> {
        let mut actions = std::mem::take(&mut batch.actions);
        batch.bytes = 0;
        let count = actions.len();
        if count > 0 {
            let is_ours = Condition::WrittenBy(&draft.writer);
            actions.push(Action::Check(claim_key(draft.version), is_ours));
            transact(self.catalog, actions, &lost(draft.version)).await?;
        }
        Ok(count)
    }
}

fn check_sizes(rows: &RawRows) -> Result<(), PublishError> {
    for (kind, rows) in rows {
        if let Some((key, _)) = rows.iter().find(|(key, json)| key.len() + json.len() > ROW_BYTES_MAX) {
            return Err(malformed(format!("{kind} {key:?} is larger than {ROW_BYTES_MAX} bytes")).into());
        }
    }
    Ok(())
}

/// Actions that fit one transaction, and the bytes of their rows.
#[derive(Debug, Default)]
struct Batch {
    actions: Vec<Action<'static>>,
    bytes: usize,
}

impl Batch {
    const fn has_room_for(&self, bytes: usize) -> bool {
        self.actions.len() < ACTIONS_PER_TRANSACTION && self.bytes + bytes <= BYTES_PER_TRANSACTION
    }
}

fn key_of(mut item: Item) -> Item {
    item.retain(|name, value| matches!(value, AttributeValue::S(_)) && (name == "pk" || name == "sk"));
    item
}

fn lost(version: u64) -> String {
    format!("another publisher is writing version {version} or has published it")
}
