//! A ledger of a few slots, rolled up as a store would: minute by minute, as often as a run likes.

use std::collections::BTreeMap;

use lockfill_delivery::facts::{FactKey, Facts, NO_IMPRESSION, VALID};
use lockfill_delivery::rollup::{ArrivedEvent, MinuteInWork, ORPHAN_MINUTES, OpenOrphans, RollUp, Slot};
use lockfill_models::time::EpochSeconds;

/// The first minute in which something arrives.
pub const FIRST: i64 = 29_922_300;

/// An event of one of a few slots, so that clicks find their impressions.
pub fn event(slot: u8, kind: &str, class: &str, minute: i64, happened_hour: i64) -> ArrivedEvent {
    let is_content = slot.is_multiple_of(5);
    let text = |name: &str| (!is_content).then(|| format!("{name}-{}", slot % 3));
    ArrivedEvent {
        slot: Slot { request_id: u128::from(slot).to_be_bytes(), position: u32::from(slot % 4) + 1 },
        issued_hour: FIRST / 60,
        arrived_at: EpochSeconds(minute * 60 + i64::from(slot % 60)),
        key: FactKey {
            hour: happened_hour,
            item_kind: if is_content { "content" } else { "line_item" }.to_owned(),
            item: format!("item-{}", slot % 3),
            creative: text("cr"),
            unit: Some("u-1".to_owned()),
            campaign: text("c"),
            advertiser: text("a"),
            kind: kind.to_owned(),
            class: class.to_owned(),
            pricing: text("cpc").map(|_| if slot.is_multiple_of(2) { "cpc" } else { "cpm" }.to_owned()),
            currency: text("KRW").map(|_| "KRW".to_owned()),
        },
        price_micros: if is_content { 0 } else { u64::from(slot) * 1_000 },
    }
}

/// The name of an event in the ledger, which takes each once.
fn name(event: &ArrivedEvent) -> (Slot, String, String) {
    (event.slot, event.key.kind.clone(), event.key.class.clone())
}

/// Minutes as they were stored last.
#[derive(Debug, Default)]
pub struct Store {
    pub minutes: BTreeMap<i64, RollUp>,
}

/// The entries of a ledger. Of two events of one name the first that is listed is kept.
pub fn ledger(events: Vec<ArrivedEvent>) -> Vec<ArrivedEvent> {
    let mut kept = BTreeMap::new();
    for event in events {
        kept.entry(name(&event)).or_insert(event);
    }
    kept.into_values().collect()
}

impl Store {
    /// Rolls up the minutes from one to another, which is not among them, and overwrites what is stored of them.
    pub fn roll_up(&mut self, entries: &[ArrivedEvent], from: i64, until: i64) {
        let mut open = OpenOrphans::default();
        for (minute, rolled) in self.minutes.range(..from) {
            open.apply(*minute, rolled);
        }
        for minute in from..until {
            let mut work = MinuteInWork::new(minute, &open);
            for entry in entries.iter().filter(|entry| entry.minute() == minute) {
                work.add(entry.clone());
            }
            let wanted = work.wanted();
            let is_wanted = |entry: &&ArrivedEvent| {
                wanted.iter().any(|wanted| wanted.slot == entry.slot && wanted.kind.name() == entry.key.kind)
                    && entry.key.class == VALID
            };
            let found = entries.iter().filter(is_wanted).cloned().collect();
            let rolled = work.finish(found);
            open.apply(minute, &rolled);
            self.minutes.insert(minute, rolled);
        }
    }

    /// All facts together.
    pub fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        self.minutes.values().for_each(|rolled| facts.add_all(&rolled.facts));
        facts
    }
}

/// The same from all entries at once, without minutes: the rule as it is documented.
pub fn counted(entries: &[ArrivedEvent]) -> Facts {
    let mut facts = Facts::default();
    for entry in entries {
        let has_impression = || {
            entries.iter().any(|other| {
                let is_valid_impression = other.key.kind == "impression" && other.key.class == VALID;
                is_valid_impression
                    && other.slot == entry.slot
                    && other.minute() - entry.minute() <= ORPHAN_MINUTES
            })
        };
        let is_valid_click = entry.key.kind == "click" && entry.key.class == VALID;
        let class = if is_valid_click && !has_impression() { NO_IMPRESSION } else { &entry.key.class };
        let price = entry.price_micros;
        let key = FactKey { class: class.to_owned(), ..entry.key.clone() };
        facts.add(key, lockfill_delivery::facts::Sum::one(price));
    }
    facts
}
