//! Entries of the ledger as items. The crate's documentation has the layout; vectors:
//! `tests/fixtures/vectors/ledger.json`.

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao::{EntryAnswer, EntryItem, EntryUser, LedgerEntry};
use lockfill_models::arithmetic::Pricing;
use lockfill_models::event::{EventClass, ShownItem};
use lockfill_models::time::EpochSeconds;
use uuid::Uuid;

use crate::layout::{Item, SHARDS, key, number, text};

/// The item of an entry, its key included.
#[must_use]
pub fn ledger_item(entry: &LedgerEntry) -> Item {
    // A UUID of version 7 ends with random bits.
    let shard = usize::from(entry.request_id[15]) % SHARDS;
    let hour = compact(entry.issued_at, "YYYYMMDDTHH".len());
    let mut item = key(format!("slot#{hour}#{shard:02}"), sort_key(entry));
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    put("happened_at", epoch_seconds(entry.happened_at));
    put("arrived_at", epoch_seconds(entry.arrived_at));
    put("arrival", text(format!("{}#{shard:02}", compact(entry.arrived_at, "YYYYMMDDTHHMM".len()))));
    put("class", text(entry.class.name()));
    put("expires_at", epoch_seconds(entry.keep_until));
    let is_ad = entry.creative.is_some();
    put("item_kind", text(if is_ad { "line_item" } else { "content" }));
    if let Some(creative) = &entry.creative {
        put("creative_hash", hash(creative.hash));
        if let Some(id) = &creative.id {
            put("creative_id", text(id));
        }
    }
    if let Some(EntryUser { key, zone }) = &entry.user {
        put("user", text(key.as_str()));
        put("zone", text(zone));
    }
    if entry.is_burst_unchecked {
        item.insert("burst_unchecked".to_owned(), AttributeValue::Bool(true));
    }
    put_item(&mut item, &entry.item);
    if let Some(answer) = &entry.answer {
        put_answer(&mut item, answer);
    }
    item
}

fn sort_key(entry: &LedgerEntry) -> String {
    let LedgerEntry { request_id, position, kind, class, .. } = entry;
    let request_id = Uuid::from_bytes(*request_id);
    let valid = format!("{request_id}#{position:03}#{}", kind.name());
    if *class == EventClass::Valid { valid } else { format!("{valid}#{}", class.name()) }
}

fn put_item(item: &mut Item, shown: &EntryItem) {
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    put("item_hash", hash(shown.hash));
    let Some(ids) = &shown.shown else { return };
    put("item_id", text(ids.id()));
    if let ShownItem::Ad { campaign_id, advertiser_id, .. } = ids {
        put("campaign_id", text(campaign_id));
        put("advertiser_id", text(advertiser_id));
    }
}

fn put_answer(item: &mut Item, answer: &EntryAnswer) {
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    put("unit_hash", hash(answer.unit_hash));
    put("catalog_version", number(answer.catalog_version));
    if let Some(id) = &answer.unit_id {
        put("unit_id", text(id));
    }
    let Some(price) = &answer.price else { return };
    put("pricing", text(pricing_name(price.pricing)));
    put("price_micros", number(price.micros));
    // Tokens have three letters; any other bytes would be signed, and still no text.
    put("currency", text(String::from_utf8_lossy(&price.currency)));
}

const fn pricing_name(pricing: Pricing) -> &'static str {
    match pricing {
        Pricing::Cpm => "cpm",
        Pricing::Cpc => "cpc",
        Pricing::Cpa => "cpa",
        Pricing::Cpi => "cpi",
    }
}

/// An id's hash in 16 hexadecimal digits.
fn hash(hash: u64) -> AttributeValue {
    text(format!("{hash:016x}"))
}

fn epoch_seconds(instant: EpochSeconds) -> AttributeValue {
    AttributeValue::N(instant.0.to_string())
}

/// So many characters of `YYYYMMDDTHHMMSSZ` in UTC.
pub(crate) fn compact(instant: EpochSeconds, length: usize) -> String {
    instant.to_string().chars().filter(|character| !"-:".contains(*character)).take(length).collect()
}
