//! The events of a part of the users, as a rebuild of counters keeps them until it writes their states.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use lockfill_dao::{EventRecord, LedgerEvent, UserKey};
use lockfill_models::draw::id_hash;
use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::time::{Buckets, EpochSeconds};
use uuid::Uuid;

/// A token lives at most so long, and its hour of issue began at most an hour before.
const TOKEN_SECONDS_MAX: i64 = 8 * 24 * 3_600 + 3_600;

/// The events of the users whose hashes are in a range.
pub(crate) struct Part {
    lowest: u64,
    /// The last hash of the range.
    highest: u64,
    pub users: HashMap<UserKey, Vec<Kept>>,
    /// When users of the range were erased.
    erased: HashMap<UserKey, i64>,
    pub items: Items,
    events: usize,
    events_max: usize,
}

/// An event of one user, in little memory.
pub(crate) struct Kept {
    request_id: [u8; 16],
    position: u16,
    kind: EventKind,
    item: u32,
    zone: u32,
    issued_from: i64,
    happened_at: i64,
    arrived_at: i64,
}

/// The items and zones of events. There are few of them.
#[derive(Default)]
pub(crate) struct Items {
    list: Vec<ShownItem>,
    item_index: HashMap<ShownItem, u32>,
    zones: Vec<String>,
    zone_index: HashMap<String, u32>,
}

impl Items {
    fn item(&mut self, item: ShownItem) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        *self.item_index.entry(item).or_insert_with_key(|item| {
            self.list.push(item.clone());
            next
        })
    }

    fn zone(&mut self, zone: String) -> u32 {
        let next = u32::try_from(self.zones.len()).unwrap_or(u32::MAX);
        *self.zone_index.entry(zone).or_insert_with_key(|zone| {
            self.zones.push(zone.clone());
            next
        })
    }
}

impl Part {
    pub fn new(lowest: u64, events_max: usize) -> Self {
        let (users, erased, items) = (HashMap::new(), HashMap::new(), Items::default());
        Self { lowest, highest: u64::MAX, users, erased, items, events: 0, events_max }
    }

    pub fn take(&mut self, event: LedgerEvent) {
        let hash = id_hash(event.user.as_str());
        if hash < self.lowest || hash > self.highest {
            return;
        }
        let kept = Kept {
            request_id: event.request_id,
            position: event.position,
            kind: event.kind,
            item: self.items.item(event.item),
            zone: self.items.zone(event.zone),
            issued_from: event.issued_from.0,
            happened_at: event.happened_at.0,
            arrived_at: event.arrived_at.0,
        };
        self.users.entry(event.user).or_default().push(kept);
        self.events += 1;
        while self.events > self.events_max && self.highest > self.lowest {
            self.highest = self.lowest + (self.highest - self.lowest) / 2;
            let highest = self.highest;
            self.users.retain(|user, _| id_hash(user.as_str()) <= highest);
            self.events = self.users.values().map(Vec::len).sum();
        }
    }

    pub fn erase(&mut self, user: UserKey, at: EpochSeconds) {
        if (self.lowest..=self.highest).contains(&id_hash(user.as_str())) {
            let erased_at = self.erased.entry(user).or_insert(at.0);
            *erased_at = at.0.max(*erased_at);
        }
    }

    /// Leaves out what arrived before its user was erased.
    pub fn forget_erased(&mut self) {
        let Self { users, erased, .. } = self;
        users.retain(|user, events| {
            if let Some(erased_at) = erased.get(user) {
                events.retain(|event| event.arrived_at > *erased_at);
            }
            !events.is_empty()
        });
    }

    /// Where the next part begins; `None` after the last one.
    pub fn next(&self) -> Option<u64> {
        self.highest.checked_add(1)
    }
}

/// Zones by their number in [`Items`]; `None` for one that this version does not know, whose events are not counted
/// when they arrive either.
#[derive(Default)]
pub(crate) struct Zones(HashMap<u32, Option<TimeZone>>);

impl Zones {
    fn get(&mut self, number: u32, items: &Items) -> Option<&TimeZone> {
        let zone = || TimeZone::get(items.zones.get(number as usize)?).ok();
        self.0.entry(number).or_insert_with(zone).as_ref()
    }
}

/// A user's events as they were counted when they arrived, in that order.
pub(crate) fn records(
    user: &UserKey,
    mut events: Vec<Kept>,
    items: &Items,
    zones: &mut Zones,
    now: EpochSeconds,
) -> Vec<EventRecord> {
    let name = |event: &Kept| (event.arrived_at, event.request_id, event.position, event.kind.name());
    events.sort_by_key(name);
    // A page that is read again after a failure has its entries again.
    events.dedup_by_key(|event| name(event));
    let record = |event: Kept| {
        let zone = zones.get(event.zone, items)?;
        let (happened_at, arrived_at) = (EpochSeconds(event.happened_at), EpochSeconds(event.arrived_at));
        Some(EventRecord {
            kind: event.kind,
            user: user.clone(),
            slot_key: format!("{}:{}", Uuid::from_bytes(event.request_id), event.position),
            item: items.list.get(event.item as usize)?.clone(),
            occurred_at: happened_at,
            buckets: Buckets::at(happened_at, zone),
            arrived: Buckets::at(arrived_at, zone),
            // The ledger does not have the end of the token, so its marker may live a little longer.
            repeatable_for_seconds: u64::try_from(event.issued_from + TOKEN_SECONDS_MAX - now.0).unwrap_or(0),
        })
    };
    events.into_iter().filter_map(record).collect()
}
