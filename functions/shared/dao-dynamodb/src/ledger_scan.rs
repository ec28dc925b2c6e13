//! Reads the whole ledger, for counters that are made anew.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use lockfill_dao::{DaoError, LedgerEvent, LedgerScan, Scanned, UserKey};
use lockfill_models::event::{EventClass, EventKind, ShownItem};
use lockfill_models::time::EpochSeconds;
use uuid::Uuid;

use crate::catalog::DynamoDbCatalog;
use crate::client;
use crate::errors::{malformed, unavailable};
use crate::layout::{Item, text, text_of};

/// The attributes that are read.
const ATTRIBUTES: [&str; 12] = [
    "pk",
    "sk",
    "item_kind",
    "item_id",
    "campaign_id",
    "advertiser_id",
    "user",
    "zone",
    "class",
    "happened_at",
    "arrived_at",
    "erased_at",
];
/// Only these entries are counted for a user, and these notes say that a user was erased. Names are given with `#`,
/// because some are words of the language.
const COUNTED: &str = "attribute_exists(#user) AND \
    (attribute_exists(#erased_at) OR (#class = :valid AND attribute_exists(#item_id)))";

/// The most entries of a page. A page has at most a megabyte, which is as many of the usual entries, so DynamoDB's pages
/// stay as they are. The local server would first read all that is left of the table for each page.
const PAGE_ENTRIES: i32 = 2_000;

/// The ledger as a whole. The crate's documentation has the table's layout.
pub struct DynamoDbLedgerScan {
    client: Client,
    table: String,
}

impl DynamoDbLedgerScan {
    /// The ledger in the table of a store.
    #[must_use]
    pub fn of(table: &DynamoDbCatalog) -> Self {
        Self::beside(table, &table.table)
    }

    /// The ledger in a table beside a catalog: both use the same connections.
    #[must_use]
    pub fn beside(catalog: &DynamoDbCatalog, table: &str) -> Self {
        Self { client: catalog.client.clone(), table: table.to_owned() }
    }

    async fn page(
        &self,
        (segment, segments): (u16, u16),
        from: Option<HashMap<String, aws_sdk_dynamodb::types::AttributeValue>>,
    ) -> Result<ScanOutput, DaoError> {
        let names = ATTRIBUTES.map(|name| format!("#{name}"));
        let mut request = self
            .client
            .scan()
            .table_name(&self.table)
            .consistent_read(true)
            .limit(PAGE_ENTRIES)
            .set_exclusive_start_key(from)
            .projection_expression(names.join(","))
            .filter_expression(COUNTED)
            .expression_attribute_values(":valid", text(EventClass::Valid.name()));
        for (name, attribute) in names.iter().zip(ATTRIBUTES) {
            request = request.expression_attribute_names(name, attribute);
        }
        // One part is the table in the order of its keys, for which the local server has an index. It looks at the whole
        // table for each page of one of several parts.
        if segments > 1 {
            request = request.segment(segment.into()).total_segments(segments.into());
        }
        let page = request.customize().config_override(client::for_loads()).send().await;
        page.map_err(|error| unavailable(&error))
    }
}

impl fmt::Debug for DynamoDbLedgerScan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DynamoDbLedgerScan").field("table", &self.table).finish_non_exhaustive()
    }
}

impl LedgerScan for DynamoDbLedgerScan {
    async fn scan(
        &self,
        segment: u16,
        segments: u16,
        take: &(dyn Fn(Scanned) + Sync),
    ) -> Result<u64, DaoError> {
        let (mut entries, mut from) = (0, None);
        loop {
            let page = self.page((segment, segments), from).await?;
            entries += u64::try_from(page.scanned_count).unwrap_or(0);
            for item in page.items() {
                let scanned = erasure(item).or_else(|| event(item).map(Scanned::Event));
                take(scanned.ok_or_else(|| malformed("an item of the ledger is no event"))?);
            }
            match page.last_evaluated_key {
                Some(key) if !key.is_empty() => from = Some(key),
                _ => return Ok(entries),
            }
        }
    }
}

fn erasure(item: &Item) -> Option<Scanned> {
    let at = item.get("erased_at")?.as_n().ok()?.parse().ok().map(EpochSeconds)?;
    Some(Scanned::Erased { user: UserKey::from_digest(text_of(item, "user")?.to_owned()), at })
}

fn event(item: &Item) -> Option<LedgerEvent> {
    let owned = |name| text_of(item, name).map(str::to_owned);
    let instant = |name: &str| item.get(name)?.as_n().ok()?.parse().ok().map(EpochSeconds);
    let mut name = text_of(item, "sk")?.split('#');
    let request_id = *Uuid::try_parse(name.next()?).ok()?.as_bytes();
    let position = name.next()?.parse().ok()?;
    let kind = [EventKind::Impression, EventKind::Click];
    let kind_name = name.next()?;
    let hour = text_of(item, "pk")?.strip_prefix("slot#")?.split('#').next()?;
    Some(LedgerEvent {
        request_id,
        position,
        kind: kind.into_iter().find(|kind| kind.name() == kind_name)?,
        user: UserKey::from_digest(owned("user")?),
        zone: owned("zone")?,
        item: match text_of(item, "item_kind")? {
            "content" => ShownItem::Content { content_id: owned("item_id")? },
            _ => ShownItem::Ad {
                line_item_id: owned("item_id")?,
                campaign_id: owned("campaign_id")?,
                advertiser_id: owned("advertiser_id")?,
            },
        },
        issued_from: hour_of(hour)?,
        happened_at: instant("happened_at")?,
        arrived_at: instant("arrived_at")?,
    })
}

/// The beginning of an hour that is written as `YYYYMMDDTHH`.
fn hour_of(hour: &str) -> Option<EpochSeconds> {
    let part = |from: usize, until: usize| hour.get(from..until);
    let (year, month, day, hours) = (part(0, 4)?, part(4, 6)?, part(6, 8)?, hour.get(9..)?);
    format!("{year}-{month}-{day}T{hours}:00:00Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_keys_have_them() {
        assert_eq!(hour_of("20261122T09"), "2026-11-22T09:00:00Z".parse().ok());
        for wrong in ["", "20261122", "20261322T09", "20261122T0900", "é0261122T09"] {
            assert_eq!(hour_of(wrong), None, "{wrong}");
        }
    }
}
