//! Roll-ups, totals and the cursor in the table of delivery.

use std::collections::BTreeMap;
use std::pin::Pin;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use lockfill_dao::{Cursor, DaoError, DeliveryStore, KeptPacing, Lease};
use lockfill_delivery::rollup::{RollUp, Totals};
use lockfill_models::time::EpochSeconds;
use serde::de::DeserializeOwned;

use crate::catalog::DynamoDbCatalog;
use crate::documents::{self, json};
use crate::errors::{malformed, unavailable};
use crate::layout::{Item, text, text_of};
use crate::reading::all_items;
use crate::roll_up_layout::{self as places, TOTALS};
use crate::sending;

/// Where the pacing's state lies.
const PACING: &str = "pacing";
const STATE: &str = "state";

/// A document while it is written.
type Put<'a> = Pin<Box<dyn Future<Output = Result<(), DaoError>> + Send + 'a>>;

/// The table of delivery. The crate's documentation has its layout.
#[derive(Debug)]
pub struct DynamoDbDelivery {
    client: Client,
    table: String,
}

impl DynamoDbDelivery {
    /// The table of delivery beside a catalog: both use the same connections.
    #[must_use]
    pub fn beside(catalog: &DynamoDbCatalog, table: &str) -> Self {
        Self { client: catalog.client.clone(), table: table.to_owned() }
    }

    /// All items of a partition whose sort key begins so.
    async fn items(&self, partition: &str, prefix: &str) -> Result<Vec<Item>, DaoError> {
        let mut query = self.client.query().table_name(&self.table).consistent_read(true);
        query = query.expression_attribute_values(":partition", text(partition));
        query = if prefix.is_empty() {
            query.key_condition_expression("pk = :partition")
        } else {
            query
                .key_condition_expression("pk = :partition AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", text(prefix))
        };
        all_items(query).await
    }

    /// The document of that name in a partition.
    async fn document<T: DeserializeOwned>(
        &self,
        partition: &str,
        name: &str,
    ) -> Result<Option<T>, DaoError> {
        let items = self.items(partition, &format!("{name}#")).await?;
        let documents = documents::read(&items)?.into_iter();
        Ok(documents.filter(|(found, _)| found == name).map(|(_, document)| document).last())
    }

    /// Writes a document, which is behind a pointer for the same reason as requests are (`sending`).
    fn put<'a>(
        &'a self,
        partition: &'a str,
        name: &'a str,
        expires_at: EpochSeconds,
        json: Result<Vec<u8>, DaoError>,
    ) -> Put<'a> {
        Box::pin(async move {
            for item in documents::items(partition, name, expires_at, &json?)? {
                let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
                sending::put(put).await.map_err(|error| unavailable(&error))?;
            }
            Ok(())
        })
    }

    /// The last hour before another one that has totals.
    async fn hour_with_totals(&self, before: i64) -> Result<Option<i64>, DaoError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :totals AND sk < :hour")
            .expression_attribute_values(":totals", text(TOTALS))
            .expression_attribute_values(":hour", text(places::hour_name(before)))
            .projection_expression("sk")
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(1);
        let answer = sending::query(query).await.map_err(|error| unavailable(&error))?;
        let Some(item) = answer.items().first() else { return Ok(None) };
        let hour = text_of(item, "sk").and_then(places::totals_hour);
        hour.map(Some).ok_or_else(|| malformed("totals have a key that names no hour"))
    }
}

impl DeliveryStore for DynamoDbDelivery {
    async fn take_lease(&self, lease: &Lease, now: EpochSeconds) -> Result<(bool, Option<Cursor>), DaoError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(places::cursor_key()))
            .update_expression("SET lease_owner = :owner, lease_until = :until")
            .condition_expression(
                "attribute_not_exists(lease_until) OR lease_until <= :now OR lease_owner = :owner",
            )
            .expression_attribute_values(":owner", text(&lease.owner))
            .expression_attribute_values(":until", integer(lease.until.0))
            .expression_attribute_values(":now", integer(now.0))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await {
            Ok(answer) => Ok((true, answer.attributes.as_ref().and_then(places::cursor))),
            Err(error) => {
                let held = refused(&error).ok_or_else(|| unavailable(&error))?;
                Ok((false, places::cursor(&held)))
            }
        }
    }

    async fn move_cursor(&self, lease: &Lease, cursor: Cursor) -> Result<bool, DaoError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(places::cursor_key()))
            .update_expression(
                "SET lease_until = :until, first_minute = :first, settled_minute = :settled, next_minute = :next",
            )
            .condition_expression("lease_owner = :owner")
            .expression_attribute_values(":owner", text(&lease.owner))
            .expression_attribute_values(":until", integer(lease.until.0))
            .expression_attribute_values(":first", integer(cursor.first))
            .expression_attribute_values(":settled", integer(cursor.settled))
            .expression_attribute_values(":next", integer(cursor.next));
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) => refused(&error).map(|_| false).ok_or_else(|| unavailable(&error)),
        }
    }

    async fn minutes(&self, hour: i64) -> Result<BTreeMap<i64, RollUp>, DaoError> {
        let items = self.items(&places::minutes_partition(hour), "").await?;
        let mut minutes = BTreeMap::new();
        for (name, rolled) in documents::read::<RollUp>(&items)? {
            let minute = places::minute_of(hour, &name);
            let minute = minute.ok_or_else(|| malformed(format!("{name} is no minute of an hour")))?;
            if !rolled.is_empty() {
                minutes.insert(minute, rolled);
            }
        }
        Ok(minutes)
    }

    async fn put_minute(&self, minute: i64, rolled: &RollUp) -> Result<(), DaoError> {
        let hour = minute.div_euclid(places::MINUTES_PER_HOUR);
        let (partition, name) = (places::minutes_partition(hour), places::minute_name(minute));
        self.put(&partition, &name, places::minute_expiry(minute), json(&name, rolled)).await
    }

    async fn hour(&self, hour: i64) -> Result<RollUp, DaoError> {
        let (partition, name) = places::hour_key(hour);
        Ok(self.document(&partition, &name).await?.unwrap_or_default())
    }

    async fn put_hour(&self, hour: i64, rolled: &RollUp) -> Result<(), DaoError> {
        let (partition, name) = places::hour_key(hour);
        self.put(&partition, &name, places::hour_expiry(hour), json(&name, rolled)).await
    }

    async fn totals_before(&self, hour: i64) -> Result<Option<(i64, Totals)>, DaoError> {
        let mut before = hour;
        while let Some(hour) = self.hour_with_totals(before).await? {
            match self.document(TOTALS, &places::hour_name(hour)).await {
                Ok(Some(totals)) => return Ok(Some((hour, totals))),
                Ok(None) | Err(DaoError::Malformed { .. }) => before = hour,
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn put_totals(&self, hour: i64, totals: &Totals) -> Result<(), DaoError> {
        let name = places::hour_name(hour);
        self.put(TOTALS, &name, places::hour_expiry(hour), json(&name, totals)).await
    }

    async fn pacing(&self) -> Result<Option<KeptPacing>, DaoError> {
        self.document(PACING, STATE).await
    }

    async fn put_pacing(&self, kept: &KeptPacing) -> Result<(), DaoError> {
        let hour = kept.learned_until.div_euclid(places::MINUTES_PER_HOUR);
        self.put(PACING, STATE, places::hour_expiry(hour), json(STATE, kept)).await
    }
}

/// What the item has whose condition refused a write; `None` if it was another error.
fn refused(error: &SdkError<UpdateItemError>) -> Option<Item> {
    match error.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(failed) => {
            Some(failed.item().cloned().unwrap_or_default())
        }
        _ => None,
    }
}

fn integer(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
