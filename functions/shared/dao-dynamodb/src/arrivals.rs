//! Reads the ledger by arrival.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use lockfill_dao::{ArrivedEvents, DaoError};
use lockfill_delivery::rollup::{ArrivedEvent, SlotEvent};
use lockfill_models::time::EpochSeconds;

use crate::catalog::DynamoDbCatalog;
use crate::errors::{STORE, malformed, unavailable};
use crate::layout::{Item, SHARDS, key, text};
use crate::ledger_layout::compact;
use crate::ledger_reading::{ATTRIBUTES, arrived_event};
use crate::reading::{Reading, items_of};
use crate::sending;

const INDEX: &str = "by_arrival";
/// `DynamoDB` reads so many keys at once.
const KEYS_AT_ONCE: usize = 100;
/// How many such reads are under way at once.
const READS_AT_ONCE: usize = 4;
/// How often keys are asked for that a read has left out. `DynamoDB` leaves out what is beyond 16 MB, or throttled.
const ROUNDS_MAX: usize = 8;
const SECONDS_PER_MINUTE: i64 = 60;
const SECONDS_PER_HOUR: i64 = 3_600;

/// The ledger, as its roll-ups read it. The crate's documentation has the table's layout.
#[derive(Debug)]
pub struct DynamoDbArrivals {
    client: Client,
    table: String,
}

impl DynamoDbArrivals {
    /// The ledger beside a catalog: both use the same connections.
    #[must_use]
    pub fn beside(catalog: &DynamoDbCatalog, table: &str) -> Self {
        Self { client: catalog.client.clone(), table: table.to_owned() }
    }

    /// Hands over all entries that arrived in a minute, with all their attributes, for what keeps them longer.
    ///
    /// # Errors
    /// If not all of them can be read.
    pub async fn whole_of_minute(&self, minute: i64, take: impl FnMut(Item)) -> Result<(), DaoError> {
        self.pages(minute, true, take).await
    }

    /// The items of all shards of a minute, whole or what roll-ups need of them.
    async fn pages(&self, minute: i64, is_whole: bool, mut take: impl FnMut(Item)) -> Result<(), DaoError> {
        let first = |shard| self.page(shard, (minute, is_whole), None);
        let mut pages: FuturesUnordered<_> = (0..SHARDS).map(first).collect();
        while let Some(page) = pages.next().await {
            let Page { shard, items, next } = page?;
            if next.is_some() {
                pages.push(self.page(shard, (minute, is_whole), next));
            }
            items.into_iter().for_each(&mut take);
        }
        Ok(())
    }

    /// A page of a shard of a minute, and where the next page begins.
    async fn page(
        &self,
        shard: usize,
        (minute, is_whole): (i64, bool),
        from: Option<Item>,
    ) -> Result<Page, DaoError> {
        let instant = EpochSeconds(minute.saturating_mul(SECONDS_PER_MINUTE));
        let arrival = format!("{}#{shard:02}", compact(instant, "YYYYMMDDTHHMM".len()));
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression("arrival = :arrival")
            .expression_attribute_values(":arrival", text(arrival))
            .set_projection_expression((!is_whole).then(projection))
            .set_expression_attribute_names((!is_whole).then(projected_names))
            .set_exclusive_start_key(from);
        let answer = sending::query(query).await.map_err(|error| unavailable(&error))?;
        let next = answer.last_evaluated_key.filter(|key| !key.is_empty());
        Ok(Page { shard, items: answer.items.unwrap_or_default(), next })
    }

    async fn batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, DaoError> {
        let mut found = Vec::new();
        let mut left = Some(keys);
        for _ in 0..ROUNDS_MAX {
            let Some(keys) = left.take() else { return Ok(found) };
            let asked = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .projection_expression(projection())
                .set_expression_attribute_names(Some(projected_names()))
                .build()
                .map_err(|error| malformed(format!("a read of keys is incomplete: {error}")))?;
            let answer = self.client.batch_get_item().request_items(&self.table, asked).send().await;
            let mut answer = answer.map_err(|error| unavailable(&error))?;
            found.extend(answer.responses.take().into_iter().flat_map(HashMap::into_values).flatten());
            let unprocessed = answer.unprocessed_keys.take().and_then(|mut all| all.remove(&self.table));
            left = unprocessed.map(|keys| keys.keys).filter(|keys| !keys.is_empty());
        }
        match left {
            None => Ok(found),
            Some(_) => Err(DaoError::Unavailable { store: STORE, reason: "it left keys out".to_owned() }),
        }
    }
}

struct Page {
    shard: usize,
    items: Vec<Item>,
    next: Option<Item>,
}

/// Names of attributes as an expression has them, because some of them are reserved words.
fn projection() -> String {
    ATTRIBUTES.map(|name| format!("#{name}")).join(", ")
}

fn projected_names() -> HashMap<String, String> {
    ATTRIBUTES.iter().map(|name| (format!("#{name}"), (*name).to_owned())).collect()
}

/// The key under which a valid event lies.
fn event_key(event: &SlotEvent) -> Item {
    let SlotEvent { slot, issued_hour, kind } = event;
    let shard = usize::from(slot.request_id[15]) % SHARDS;
    let hour = EpochSeconds(issued_hour.saturating_mul(SECONDS_PER_HOUR));
    let partition = format!("slot#{}#{shard:02}", compact(hour, "YYYYMMDDTHH".len()));
    key(partition, format!("{slot}#{}", kind.name()))
}

impl ArrivedEvents for DynamoDbArrivals {
    async fn of_minute(
        &self,
        minute: i64,
        mut take: impl FnMut(ArrivedEvent) + Send,
    ) -> Result<(), DaoError> {
        let mut unreadable = None;
        let add = |item: Item| match arrived_event(&item) {
            Ok(event) => take(event),
            Err(error) => unreadable = Some(error),
        };
        self.pages(minute, false, add).await?;
        unreadable.map_or(Ok(()), Err)
    }

    async fn find(&self, wanted: &[SlotEvent]) -> Result<Vec<ArrivedEvent>, DaoError> {
        let chunks = wanted.chunks(KEYS_AT_ONCE).map(|chunk| chunk.iter().map(event_key).collect());
        let reads = chunks.map(|keys| -> Reading<'_> { Box::pin(self.batch(keys)) });
        items_of(reads.collect(), READS_AT_ONCE).await?.iter().map(arrived_event).collect()
    }
}
