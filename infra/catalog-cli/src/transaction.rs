//! Transactions: either all of their actions take effect, or none does.

use std::time::Duration;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use lockfill_dao::DaoError;
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_dao_dynamodb::errors::{STORE, malformed, unavailable};
use lockfill_dao_dynamodb::layout::{Item, VERSION, number, text};
use uuid::Uuid;

use crate::error::PublishError;
use crate::items::WRITER;

const ATTEMPTS_MAX: u32 = 6;
const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// A condition without which a transaction does nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Condition<'a> {
    /// No condition.
    None,
    /// The item does not exist.
    Absent,
    /// The item does not exist, or names an older version.
    Older(u64),
    /// The item exists and names this writer.
    WrittenBy(&'a str),
}

impl Condition<'_> {
    /// The condition expression, with its attribute name and value if it has one.
    fn expression(self) -> Option<(&'static str, Option<(&'static str, AttributeValue)>)> {
        match self {
            Self::None => None,
            Self::Absent => Some(("attribute_not_exists(pk)", None)),
            Self::Older(version) => {
                let operand = (VERSION, number(version));
                Some(("attribute_not_exists(pk) OR #name < :value", Some(operand)))
            }
            Self::WrittenBy(writer) => Some(("#name = :value", Some((WRITER, text(writer))))),
        }
    }
}

/// One step of a transaction.
#[derive(Debug)]
pub(crate) enum Action<'a> {
    /// Writes an item.
    Put(Item, Condition<'a>),
    /// Deletes the item with a key.
    Delete(Item, Condition<'a>),
    /// Checks the condition on the item with a key, and changes nothing.
    Check(Item, Condition<'a>),
}

/// Sets the table and the condition. The SDK's builders have methods of the same names, but no common trait.
macro_rules! conditional {
    ($builder:expr, $table:expr, $condition:expr) => {{
        let mut builder = $builder.table_name($table);
        if let Some((expression, operand)) = $condition.expression() {
            builder = builder.condition_expression(expression);
            if let Some((name, value)) = operand {
                builder = builder
                    .expression_attribute_names("#name", name)
                    .expression_attribute_values(":value", value);
            }
        }
        builder.build()?
    }};
}

impl Action<'_> {
    fn on(self, table: &str) -> Result<TransactWriteItem, BuildError> {
        let action = TransactWriteItem::builder();
        let action = match self {
            Self::Put(item, condition) => {
                action.put(conditional!(Put::builder().set_item(Some(item)), table, condition))
            }
            Self::Delete(key, condition) => {
                action.delete(conditional!(Delete::builder().set_key(Some(key)), table, condition))
            }
            Self::Check(key, condition) => action.condition_check(conditional!(
                ConditionCheck::builder().set_key(Some(key)),
                table,
                condition
            )),
        };
        Ok(action.build())
    }
}

/// Executes all of the actions or none. `conflict_reason` is the reason of the conflict if a condition does not
/// hold.
pub(crate) async fn transact(
    catalog: &DynamoDbCatalog,
    actions: Vec<Action<'_>>,
    conflict_reason: &str,
) -> Result<(), PublishError> {
    let actions = actions
        .into_iter()
        .map(|action| action.on(catalog.table()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| malformed("an action of a transaction is incomplete"))?;
    // With the token, a repeated attempt whose first answer was lost is not taken for another publisher's write.
    #[expect(clippy::disallowed_methods, reason = "a transaction's token depends on no request")]
    let token = Uuid::now_v7().to_string();
    let mut backoff = FIRST_BACKOFF;
    for _ in 1..ATTEMPTS_MAX {
        match attempt(catalog, actions.clone(), &token, conflict_reason).await {
            Attempt::Final(result) => return result,
            Attempt::Again => tokio::time::sleep(backoff).await,
        }
        backoff *= 2;
    }
    match attempt(catalog, actions, &token, conflict_reason).await {
        Attempt::Final(result) => result,
        Attempt::Again => {
            let reason = format!("it was too busy for a transaction, {ATTEMPTS_MAX} times");
            Err(DaoError::Unavailable { store: STORE, reason }.into())
        }
    }
}

/// The result of one attempt.
enum Attempt {
    /// The transaction has succeeded or failed.
    Final(Result<(), PublishError>),
    /// The transaction has done nothing, for a reason that passes.
    Again,
}

async fn attempt(
    catalog: &DynamoDbCatalog,
    actions: Vec<TransactWriteItem>,
    token: &str,
    conflict_reason: &str,
) -> Attempt {
    let answer = catalog
        .client()
        .transact_write_items()
        .set_transact_items(Some(actions))
        .client_request_token(token)
        .send()
        .await;
    let Err(error) = answer else { return Attempt::Final(Ok(())) };
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
            cancellation(canceled, conflict_reason)
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => Attempt::Again,
        _ if matches!(&error, SdkError::ServiceError(answer) if is_refusal(answer.err())) => refused_row(),
        _ => Attempt::Final(Err(unavailable(&error).into())),
    }
}

fn refused_row() -> Attempt {
    Attempt::Final(Err(malformed("it refused a row: too large, or an empty key").into()))
}

fn is_refusal(error: &TransactWriteItemsError) -> bool {
    error.meta().code() == Some("ValidationException")
}

fn cancellation(canceled: &TransactionCanceledException, conflict_reason: &str) -> Attempt {
    let mut codes = canceled.cancellation_reasons().iter().filter_map(|reason| reason.code());
    if codes.clone().any(|code| code == "ConditionalCheckFailed") {
        return Attempt::Final(Err(PublishError::Conflict(conflict_reason.to_owned())));
    }
    if codes.any(|code| code == "ValidationError" || code == "ItemCollectionSizeLimitExceeded") {
        return refused_row();
    }
    // The remaining reasons pass: another transaction on the same items, or too many writes at the moment.
    Attempt::Again
}
