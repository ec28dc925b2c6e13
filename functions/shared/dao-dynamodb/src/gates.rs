//! Tables of gates in the table of delivery.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use lockfill_dao::{DaoError, GatesPointer, GatesReader, GatesWriter, GatesWritten};
use lockfill_models::pacing::Gates;
use lockfill_models::pacing_codec::GATES_BYTES_MAX;

use crate::catalog::{DynamoDbCatalog, FIRST_DEADLINE_MIN, POINTER_DEADLINE};
use crate::chunks::sha256;
use crate::client;
use crate::delivery_layout::{
    KEPT_SECONDS, gates_partition, gates_pointer, gates_pointer_item, gates_pointer_key, joined, pieces,
};
use crate::errors::{malformed, unavailable};
use crate::layout::{Item, key, number};
use crate::reading::item;
use crate::sending;

/// The tables of gates. The crate's documentation has the layout.
#[derive(Debug)]
pub struct DynamoDbGates {
    client: Client,
    table: String,
    /// The version of the last pointer that was read; 0 before the first.
    last_seen: AtomicU64,
}

impl DynamoDbGates {
    /// Tables beside a catalog: both use the same connections. Nothing is sent before the first read.
    #[must_use]
    pub fn beside(catalog: &DynamoDbCatalog, table: &str) -> Self {
        Self { client: catalog.client.clone(), table: table.to_owned(), last_seen: AtomicU64::new(0) }
    }

    async fn pointer(
        &self,
        is_consistent: bool,
        deadline: Duration,
    ) -> Result<Option<GatesPointer>, DaoError> {
        let limits = client::for_requests(deadline);
        let found = item(&self.client, &self.table, gates_pointer_key(), is_consistent, limits).await?;
        let Some(item) = found else { return Ok(None) };
        gates_pointer(&item).map(Some).ok_or_else(|| malformed("the pointer to the gates cannot be read"))
    }

    async fn read(&self, pointer: &GatesPointer, is_consistent: bool) -> Result<Gates, DaoError> {
        let GatesPointer { version, made_at, chunks, digest } = *pointer;
        let name = format!("the gates of version {version}");
        let mut items = Vec::with_capacity(chunks);
        for index in 0..chunks {
            let key = key(gates_partition(version), format!("{index:03}"));
            let piece = item(&self.client, &self.table, key, is_consistent, client::for_loads()).await?;
            items.push(piece.ok_or_else(|| malformed(format!("{name} lack a piece")))?);
        }
        let raw = joined(&items, GATES_BYTES_MAX, &name)?;
        if sha256(&raw) != digest {
            return Err(malformed(format!("{name} have another digest")));
        }
        let gates = Gates::decode(&raw).map_err(|error| malformed(format!("{name}: {error}")))?;
        if (gates.version(), gates.made_at()) != (version, made_at) {
            return Err(malformed(format!("{name} are of version {}", gates.version())));
        }
        Ok(gates)
    }

    /// Puts an item on a condition; whether the condition was met.
    async fn put_if(&self, item: Item, condition: &str, version: Option<u64>) -> Result<bool, DaoError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression(condition);
        let put = match version {
            Some(version) => put
                .expression_attribute_names("#version", crate::layout::VERSION)
                .expression_attribute_values(":version", number(version)),
            None => put,
        };
        let Err(error) = sending::put(put).await else { return Ok(true) };
        let is_unmet = |error: &PutItemError| error.is_conditional_check_failed_exception();
        if error.as_service_error().is_some_and(is_unmet) { Ok(false) } else { Err(unavailable(&error)) }
    }
}

impl GatesReader for DynamoDbGates {
    async fn current(&self) -> Result<Option<GatesPointer>, DaoError> {
        let last_seen = self.last_seen.load(Ordering::Relaxed);
        let deadline = if last_seen == 0 { FIRST_DEADLINE_MIN } else { POINTER_DEADLINE };
        let version = |pointer: &Option<GatesPointer>| pointer.map_or(0, |pointer| pointer.version);
        let mut pointer = self.pointer(false, deadline).await?;
        // The replica lags, or the table was emptied. A consistent read tells which.
        if version(&pointer) < last_seen {
            pointer = self.pointer(true, deadline).await?;
        }
        self.last_seen.store(version(&pointer), Ordering::Relaxed);
        Ok(pointer)
    }

    async fn load(&self, pointer: &GatesPointer) -> Result<Gates, DaoError> {
        match self.read(pointer, false).await {
            // A replica may lag behind the pointer. What a consistent read finds is what there is.
            Err(DaoError::Malformed { .. }) => self.read(pointer, true).await,
            read => read,
        }
    }
}

impl GatesWriter for DynamoDbGates {
    async fn write(&self, gates: &Gates) -> Result<GatesWritten, DaoError> {
        let raw = gates.encode();
        if raw.len() > GATES_BYTES_MAX {
            let length = raw.len();
            return Err(malformed(format!(
                "gates of {length} bytes, and a function reads {GATES_BYTES_MAX}"
            )));
        }
        let version = gates.version();
        let newest = self.pointer(true, FIRST_DEADLINE_MIN).await;
        // A pointer that cannot be read is overwritten if its version is smaller.
        if matches!(newest, Ok(Some(newest)) if newest.version >= version) {
            return Ok(GatesWritten::NotNewer);
        }
        let expires_at = gates.made_at().plus_seconds(KEPT_SECONDS);
        let items = pieces(&gates_partition(version), "", &raw, expires_at)?;
        let pointer =
            GatesPointer { version, made_at: gates.made_at(), chunks: items.len(), digest: sha256(&raw) };
        for item in items {
            if !self.put_if(item, "attribute_not_exists(pk)", None).await? {
                return Ok(GatesWritten::NotNewer);
            }
        }
        let condition = "attribute_not_exists(pk) OR attribute_not_exists(#version) OR #version < :version";
        let is_moved = self.put_if(gates_pointer_item(&pointer), condition, Some(version)).await?;
        Ok(if is_moved { GatesWritten::Newest } else { GatesWritten::NotNewer })
    }
}
