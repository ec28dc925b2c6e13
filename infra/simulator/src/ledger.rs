//! The ledger in memory: each event once, in the order of arrival.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::tz::TimeZone;
use lockfill_dao::{DaoError, EventLedger, EventRecord, LedgerEntry, UserKey, Written};
use lockfill_delivery::facts::FactKey;
use lockfill_delivery::rollup::{ArrivedEvent, Slot, SlotEvent};
use lockfill_models::event::{EventClass, EventKind, ShownItem};
use lockfill_models::time::{Buckets, EpochSeconds};

/// What is paid for, the price in micros, and its currency.
type Price = (String, u64, String);
/// A slot, a kind and a class.
type Name = (Slot, EventKind, EventClass);

/// The entries.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    places: HashMap<Name, u32>,
    all: Vec<Packed>,
    /// What entries share, once: items, creatives, answers and users.
    items: Shared<(u64, Option<[String; 3]>)>,
    creatives: Shared<Option<String>>,
    answers: Shared<(Option<String>, Option<Price>)>,
    users: Shared<Option<(String, String)>>,
    /// The first entry that was not rolled up yet.
    new_from: usize,
}

/// An entry with the numbers of what it shares with others: millions of them fit into memory.
#[derive(Debug)]
struct Packed {
    slot: Slot,
    kind: EventKind,
    class: EventClass,
    issued_at: u32,
    happened_at: u32,
    arrived_at: u32,
    item: u32,
    creative: u32,
    answer: u32,
    user: u32,
}

/// Values by number, each once.
#[derive(Debug)]
struct Shared<T> {
    numbers: HashMap<T, u32>,
    all: Vec<T>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), all: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Shared<T> {
    fn number(&mut self, value: T) -> u32 {
        *self.numbers.entry(value).or_insert_with_key(|value| {
            self.all.push(value.clone());
            number(self.all.len() - 1)
        })
    }

    fn get(&self, number: u32) -> &T {
        &self.all[number as usize]
    }
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entries that arrived since the last call.
    pub fn arrived(&self) -> Vec<ArrivedEvent> {
        let mut entries = self.lock();
        let count = entries.all.len();
        let from = mem::replace(&mut entries.new_from, count);
        entries.all[from..].iter().map(|entry| entries.unpack(entry)).collect()
    }

    /// Of these events the ones that the ledger has as valid.
    pub fn find(&self, wanted: &[SlotEvent]) -> Vec<ArrivedEvent> {
        let entries = self.lock();
        let find = |event: &SlotEvent| {
            let place = entries.places.get(&(event.slot, event.kind, EventClass::Valid))?;
            Some(entries.unpack(entries.all.get(*place as usize)?))
        };
        wanted.iter().filter_map(find).collect()
    }

    /// The valid events of all users, as they were counted for them.
    pub fn counted(&self, mut count: impl FnMut(EventRecord)) {
        let entries = self.lock();
        for entry in entries.all.iter().filter(|entry| entry.class == EventClass::Valid) {
            let user = entries.users.get(entry.user);
            let (Some((key, zone)), (_, Some(item))) = (user, entries.items.get(entry.item)) else {
                continue;
            };
            let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
            let [happened_at, arrived_at] = [entry.happened_at, entry.arrived_at].map(instant);
            count(EventRecord {
                kind: entry.kind,
                user: UserKey::from_digest(key.clone()),
                slot_key: entry.slot.to_string(),
                item: ShownItem::Ad {
                    line_item_id: item[0].clone(),
                    campaign_id: item[1].clone(),
                    advertiser_id: item[2].clone(),
                },
                occurred_at: happened_at,
                buckets: Buckets::at(happened_at, &zone),
                arrived: Buckets::at(arrived_at, &zone),
                repeatable_for_seconds: 1,
            });
        }
    }
}

impl EventLedger for Ledger {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        let mut entries = self.lock();
        let place = number(entries.all.len());
        match entries.places.entry((slot(entry), entry.kind, entry.class)) {
            Entry::Occupied(_) => return Ok(Written::Repeated),
            Entry::Vacant(name) => name.insert(place),
        };
        entries.pack(entry);
        Ok(Written::New)
    }
}

impl Entries {
    fn pack(&mut self, entry: &LedgerEntry) {
        let answer = entry.answer.as_ref();
        let price = answer.and_then(|answer| answer.price);
        let price = price.map(|price| {
            let currency = String::from_utf8_lossy(&price.currency).into_owned();
            (format!("{:?}", price.pricing).to_lowercase(), price.micros, currency)
        });
        let item = entry.item.shown.as_ref().and_then(|shown| match shown {
            ShownItem::Ad { line_item_id, campaign_id, advertiser_id } => {
                Some([line_item_id, campaign_id, advertiser_id].map(String::clone))
            }
            // There are no contents in a simulation.
            ShownItem::Content { .. } => None,
        });
        let user = entry.user.as_ref().map(|user| (user.key.as_str().to_owned(), user.zone.clone()));
        let creative = entry.creative.as_ref().and_then(|creative| creative.id.clone());
        let packed = Packed {
            slot: slot(entry),
            kind: entry.kind,
            class: entry.class,
            issued_at: seconds(entry.issued_at),
            happened_at: seconds(entry.happened_at),
            arrived_at: seconds(entry.arrived_at),
            item: self.items.number((entry.item.hash, item)),
            creative: self.creatives.number(creative),
            answer: self.answers.number((answer.and_then(|answer| answer.unit_id.clone()), price)),
            user: self.users.number(user),
        };
        self.all.push(packed);
    }

    fn unpack(&self, entry: &Packed) -> ArrivedEvent {
        let (hash, shown) = self.items.get(entry.item);
        let (unit, price) = self.answers.get(entry.answer);
        let creative = self.creatives.get(entry.creative);
        ArrivedEvent {
            slot: entry.slot,
            issued_hour: ArrivedEvent::hour_of(instant(entry.issued_at)),
            arrived_at: instant(entry.arrived_at),
            key: FactKey {
                hour: ArrivedEvent::hour_of(instant(entry.happened_at)),
                item_kind: "line_item".to_owned(),
                item: shown.as_ref().map_or_else(|| format!("#{hash}"), |[item, ..]| item.clone()),
                creative: creative.clone(),
                unit: unit.clone(),
                campaign: shown.as_ref().map(|[_, campaign, _]| campaign.clone()),
                advertiser: shown.as_ref().map(|[.., advertiser]| advertiser.clone()),
                kind: entry.kind.name().to_owned(),
                class: entry.class.name().to_owned(),
                pricing: price.as_ref().map(|(pricing, ..)| pricing.clone()),
                currency: price.as_ref().map(|(.., currency)| currency.clone()),
            },
            price_micros: price.as_ref().map_or(0, |(_, micros, _)| *micros),
        }
    }
}

fn slot(entry: &LedgerEntry) -> Slot {
    Slot { request_id: entry.request_id, position: number(entry.position) }
}

fn number(number: usize) -> u32 {
    u32::try_from(number).expect("fewer entries than 2^32")
}

fn seconds(at: EpochSeconds) -> u32 {
    u32::try_from(at.0).expect("an instant of this century")
}

fn instant(seconds: u32) -> EpochSeconds {
    EpochSeconds(seconds.into())
}

/// The hour of an instant, since the epoch.
pub const fn hour_of(at: EpochSeconds) -> i64 {
    at.0.div_euclid(3_600)
}
