//! Reads of items that all stores of this crate do alike.

use std::pin::Pin;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use futures_util::StreamExt;
use futures_util::stream;
use lockfill_dao::DaoError;

use crate::errors::unavailable;
use crate::layout::Item;
use crate::sending;

/// An item; `None` if there is none with that key. `limits` says how long the read may take.
pub(crate) async fn item(
    client: &Client,
    table: &str,
    key: Item,
    is_consistent: bool,
    limits: config::Builder,
) -> Result<Option<Item>, DaoError> {
    let get = client.get_item().table_name(table).set_key(Some(key)).consistent_read(is_consistent);
    sending::get(get, limits).await.map_err(|error| unavailable(&error))
}

/// Items while they are read.
pub(crate) type Reading<'a> = Pin<Box<dyn Future<Output = Result<Vec<Item>, DaoError>> + Send + 'a>>;

/// The items of several reads, of which so many are under way at once. Reads are behind pointers for the same reason as
/// requests are ([`sending`]).
pub(crate) async fn items_of(reads: Vec<Reading<'_>>, at_once: usize) -> Result<Vec<Item>, DaoError> {
    let mut reads = stream::iter(reads).buffered(at_once);
    let mut items = Vec::new();
    while let Some(read) = reads.next().await {
        items.extend(read?);
    }
    Ok(items)
}

/// All items that a query finds, page by page.
pub(crate) async fn all_items(query: QueryFluentBuilder) -> Result<Vec<Item>, DaoError> {
    let (mut items, mut from) = (Vec::new(), None);
    loop {
        let answer = sending::query(query.clone().set_exclusive_start_key(from)).await;
        let answer = answer.map_err(|error| unavailable(&error))?;
        items.extend(answer.items.unwrap_or_default());
        from = answer.last_evaluated_key.filter(|key| !key.is_empty());
        if from.is_none() {
            return Ok(items);
        }
    }
}
