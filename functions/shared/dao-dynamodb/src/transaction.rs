//! Transactions: all of their actions happen, or none does.

use std::time::Duration;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use lockfill_dao::DaoError;
use uuid::Uuid;

use crate::errors::{conflict, malformed, unavailable};
use crate::items::{self, Item, VERSION, WRITER};
use crate::{DynamoDbCatalog, STORE};

const ATTEMPTS_MAX: u32 = 6;
const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// What must hold for a transaction to happen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Condition<'a> {
    /// Nothing.
    None,
    /// There is no such item.
    Absent,
    /// There is no such item, or it names an older version.
    Older(u64),
    /// There is such an item and it names this writer.
    WrittenBy(&'a str),
}

impl Condition<'_> {
    /// The expression, with its one name and its one value.
    fn expression(self) -> Option<(&'static str, Option<(&'static str, AttributeValue)>)> {
        match self {
            Self::None => None,
            Self::Absent => Some(("attribute_not_exists(pk)", None)),
            Self::Older(version) => {
                let operand = (VERSION, items::number(version));
                Some(("attribute_not_exists(pk) OR #name < :value", Some(operand)))
            }
            Self::WrittenBy(writer) => Some(("#name = :value", Some((WRITER, items::text(writer))))),
        }
    }
}

/// One step of a transaction.
#[derive(Debug)]
pub(crate) enum Action<'a> {
    /// Writes an item.
    Put(Item, Condition<'a>),
    /// Deletes the item of a key.
    Delete(Item, Condition<'a>),
    /// Only looks at the item of a key.
    Check(Item, Condition<'a>),
}

/// Sets table and condition, which the SDK's builders share in name alone.
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

impl DynamoDbCatalog {
    /// Does all of it or nothing. `conflict_reason` is what it means if a condition does not hold.
    pub(crate) async fn transact(
        &self,
        actions: Vec<Action<'_>>,
        conflict_reason: &str,
    ) -> Result<(), DaoError> {
        let actions = actions
            .into_iter()
            .map(|action| action.on(&self.table))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| malformed("an action of a transaction is incomplete"))?;
        // An attempt whose answer was lost must not be mistaken for somebody else's write by the next one.
        let token = Uuid::now_v7().to_string();
        let mut backoff = FIRST_BACKOFF;
        for _ in 1..ATTEMPTS_MAX {
            match self.attempt(actions.clone(), &token, conflict_reason).await {
                Attempt::Final(result) => return result,
                Attempt::Again => tokio::time::sleep(backoff).await,
            }
            backoff *= 2;
        }
        match self.attempt(actions, &token, conflict_reason).await {
            Attempt::Final(result) => result,
            Attempt::Again => Err(DaoError::Unavailable {
                store: STORE,
                reason: "it was too busy for a transaction, again and again".to_owned(),
            }),
        }
    }

    async fn attempt(&self, actions: Vec<TransactWriteItem>, token: &str, conflict_reason: &str) -> Attempt {
        let answer = self
            .client
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
            _ if matches!(&error, SdkError::ServiceError(answer) if is_refusal(answer.err())) => {
                Attempt::Final(Err(malformed("it refused a row: too large, or an empty key")))
            }
            _ => Attempt::Final(Err(unavailable(&error))),
        }
    }
}

/// What became of an attempt.
enum Attempt {
    Final(Result<(), DaoError>),
    Again,
}

fn is_refusal(error: &TransactWriteItemsError) -> bool {
    error.meta().code() == Some("ValidationException")
}

fn cancellation(canceled: &TransactionCanceledException, conflict_reason: &str) -> Attempt {
    let mut codes = canceled.cancellation_reasons().iter().filter_map(|reason| reason.code());
    if codes.clone().any(|code| code == "ConditionalCheckFailed") {
        return Attempt::Final(Err(conflict(conflict_reason)));
    }
    if codes.any(|code| code == "ValidationError" || code == "ItemCollectionSizeLimitExceeded") {
        return Attempt::Final(Err(malformed("it refused a row: too large, or an empty key")));
    }
    // What is left passes: another transaction on the same items, or too many writes for the moment.
    Attempt::Again
}
