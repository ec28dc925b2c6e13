//! Writes a version's rows under a claim, compiles them, and then publishes the version. The crate's documentation
//! describes the protocol.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_catalog::BLOB_FORMAT;
use lockfill_dao::{BlobWriter, Published};
use lockfill_dao_dynamodb::errors::malformed;
use lockfill_dao_dynamodb::layout::{self, Item, SHARDS, record_key};
use lockfill_dao_dynamodb::{DynamoDbCatalog, PublishRecord, RawRows};
use lockfill_models::time::EpochSeconds;
use uuid::Uuid;

use crate::counts::count;
use crate::error::PublishError;
use crate::items::{chunk_item, claim_item, claim_key, manifest_item, pointer_item, record_item};
use crate::row_chunks::{self, RowChunks};
use crate::rows_file;
use crate::transaction::{Action, Condition, transact};

/// `DynamoDB` takes 100 actions in a transaction; one of them checks the claim.
const ACTIONS_PER_TRANSACTION: usize = 99;
/// `DynamoDB` takes 4 MB in a transaction, names and keys included.
const BYTES_PER_TRANSACTION: usize = 3 * 1024 * 1024;

/// A version whose rows are written and which is not published yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    published: Published,
    /// The name in the claim, unique to this draft.
    writer: String,
    row_counts: BTreeMap<String, u64>,
}

impl Draft {
    /// The version and the digest of its rows.
    #[must_use]
    pub const fn published(&self) -> &Published {
        &self.published
    }
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

    /// Claims a version, writes its rows, and compiles them to a blob for the functions. Readers do not see the
    /// version before [`Self::publish`].
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
        on_progress: impl FnMut(usize) + Send,
    ) -> Result<Draft, PublishError> {
        let (blob, counts) = rows_file::blob(version, rows).map_err(malformed)?;
        let draft = self.write_rows(version, rows, on_progress).await?;
        self.catalog.write(draft.published(), BLOB_FORMAT, blob.as_bytes(), counts).await?;
        Ok(draft)
    }

    /// Claims a version and writes its rows, and no blob: the rest is a compiler's, or a test's.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_rows(
        &self,
        version: u64,
        rows: &RawRows,
        mut on_progress: impl FnMut(usize) + Send,
    ) -> Result<Draft, PublishError> {
        let chunks = row_chunks::of(rows)?;
        let draft = self.claim(version, rows, &chunks).await?;
        self.clear(&draft).await?;
        let mut batch = Batch::default();
        let (mut rows_written, mut rows_in_batch) = (0, 0);
        for (index, chunk) in chunks.chunks.iter().enumerate() {
            if !batch.has_room_for(chunk.data.len()) {
                self.flush(&draft, &mut batch).await?;
                rows_written += std::mem::take(&mut rows_in_batch);
                on_progress(rows_written);
            }
            rows_in_batch += chunk.rows;
            batch.bytes += chunk.data.len();
            batch.actions.push(Action::Put(chunk_item(version, index, chunk), Condition::None));
        }
        self.flush(&draft, &mut batch).await?;
        let manifest = manifest_item(version, &chunks, &draft.row_counts);
        batch.actions.push(Action::Put(manifest, Condition::None));
        self.flush(&draft, &mut batch).await?;
        on_progress(rows_written + rows_in_batch);
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
        let Published { version, digest } = draft.published;
        let record = PublishRecord { version, digest, published_at, row_counts: draft.row_counts.clone() };
        let actions = vec![
            Action::Delete(claim_key(version), Condition::WrittenBy(&draft.writer)),
            Action::Put(record_item(&record), Condition::Absent),
            Action::Put(pointer_item(&draft.published), Condition::Older(version)),
        ];
        transact(self.catalog, actions, &lost(version)).await?;
        Ok(record)
    }

    async fn claim(&self, version: u64, rows: &RawRows, chunks: &RowChunks) -> Result<Draft, PublishError> {
        #[expect(clippy::disallowed_methods, reason = "a writer's name depends on no request")]
        let writer = Uuid::now_v7().to_string();
        let published = Published { version, digest: chunks.digest };
        let draft = Draft { published, writer, row_counts: count(rows) };
        let actions = vec![
            Action::Check(record_key(version), Condition::Absent),
            Action::Put(claim_item(version, &draft.writer), Condition::None),
        ];
        transact(self.catalog, actions, &format!("version {version} is published already")).await?;
        Ok(draft)
    }

    /// Deletes what other publishers have left under the version: the manifest and the chunks of their rows, and blobs
    /// that are made of other rows than the draft's.
    async fn clear(&self, draft: &Draft) -> Result<(), PublishError> {
        let version = draft.published.version;
        let mut batch = Batch::default();
        batch.actions.push(Action::Delete(layout::rows_manifest_key(version), Condition::None));
        for shard in 0..SHARDS {
            self.delete_partition(draft, &layout::rows_shard(version, shard), &mut batch).await?;
        }
        let own = format!("#{}", draft.published.digest.short());
        for note in self.keys(&layout::blob_notes(version)).await? {
            let Some(sort) = note.get("sk").and_then(|sort| sort.as_s().ok()) else { continue };
            let Some(partitions) = layout::noted_blob(version, sort).filter(|_| !sort.ends_with(&own)) else {
                continue;
            };
            for partition in partitions {
                self.delete_partition(draft, &partition, &mut batch).await?;
            }
            // Last: a note whose blob is not deleted as a whole is found again.
            self.delete(draft, note, &mut batch).await?;
        }
        self.flush(draft, &mut batch).await
    }

    async fn delete_partition(
        &self,
        draft: &Draft,
        partition: &str,
        batch: &mut Batch,
    ) -> Result<(), PublishError> {
        for key in self.keys(partition).await? {
            self.delete(draft, key, batch).await?;
        }
        Ok(())
    }

    async fn delete(&self, draft: &Draft, key: Item, batch: &mut Batch) -> Result<(), PublishError> {
        if !batch.has_room_for(0) {
            self.flush(draft, batch).await?;
        }
        batch.actions.push(Action::Delete(key, Condition::None));
        Ok(())
    }

    /// The keys of a partition's items, in the order of their sort keys.
    async fn keys(&self, partition: &str) -> Result<Vec<Item>, PublishError> {
        let (mut keys, mut from) = (Vec::new(), None);
        loop {
            let (page, next) = self.catalog.keys_page(partition, from).await?;
            keys.extend(page.into_iter().map(key_of));
            from = next;
            if from.is_none() {
                return Ok(keys);
            }
        }
    }

    /// Executes and empties the batch, on the condition that the draft's claim still holds.
    async fn flush(&self, draft: &Draft, batch: &mut Batch) -> Result<(), PublishError> {
        let mut actions = std::mem::take(&mut batch.actions);
        batch.bytes = 0;
        if !actions.is_empty() {
            let version = draft.published.version;
            actions.push(Action::Check(claim_key(version), Condition::WrittenBy(&draft.writer)));
            transact(self.catalog, actions, &lost(version)).await?;
        }
        Ok(())
    }
}

/// Actions that fit one transaction, and the bytes of their chunks.
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
