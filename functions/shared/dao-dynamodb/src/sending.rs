//! Requests of the SDK behind pointers.
//!
//! What sends a request is most of the SDK's code, and generic: it would be compiled again for each caller, as part of
//! the crate that polls it, and for speed where requests are served. Behind a pointer it is a part of this crate, once,
//! for size.

use std::pin::Pin;

use aws_sdk_dynamodb::config;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::query::{QueryError, QueryOutput};

use crate::layout::Item;

/// The answer to a request that is under way.
pub(crate) type Sent<T, E> = Pin<Box<dyn Future<Output = Result<T, SdkError<E>>> + Send>>;

/// Reads an item within limits.
pub(crate) fn get(
    request: GetItemFluentBuilder,
    limits: config::Builder,
) -> Sent<Option<Item>, GetItemError> {
    Box::pin(async move { Ok(request.customize().config_override(limits).send().await?.item) })
}

/// Writes an item.
pub(crate) fn put(request: PutItemFluentBuilder) -> Sent<(), PutItemError> {
    Box::pin(async move { request.send().await.map(drop) })
}

/// Writes an item within limits.
pub(crate) fn put_within(request: PutItemFluentBuilder, limits: config::Builder) -> Sent<(), PutItemError> {
    Box::pin(async move { request.customize().config_override(limits).send().await.map(drop) })
}

/// Reads a page of items.
pub(crate) fn query(request: QueryFluentBuilder) -> Sent<QueryOutput, QueryError> {
    Box::pin(async move { request.send().await })
}

/// Reads a page of items within limits.
pub(crate) fn query_within(
    request: QueryFluentBuilder,
    limits: config::Builder,
) -> Sent<QueryOutput, QueryError> {
    Box::pin(async move { request.customize().config_override(limits).send().await })
}
