//! Rolls up one minute.

use std::collections::BTreeMap;

use lockfill_models::event::EventKind;

use super::event::ArrivedEvent;
use super::orphans::{OpenOrphans, Orphan};
use super::rolled::RollUp;
use super::slot::Slot;

/// The name of the valid event of a kind that a slot may have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SlotEvent {
    /// The slot.
    pub slot: Slot,
    /// When it was issued: hours since the epoch.
    pub issued_hour: i64,
    /// Impression or click.
    pub kind: EventKind,
}

/// A minute whose entries are being added, in any order. Its memory grows with the number of facts and of clicks, and not
/// with that of impressions.
#[derive(Debug)]
pub struct MinuteInWork<'o> {
    minute: i64,
    open: &'o OpenOrphans,
    rolled: RollUp,
    /// The valid clicks of the minute.
    clicks: BTreeMap<Slot, ArrivedEvent>,
    /// The issue hours of the slots whose impression came in this minute, and whose click came earlier.
    reversed: BTreeMap<Slot, i64>,
}

impl<'o> MinuteInWork<'o> {
    /// A minute since the epoch, and the orphans that were open before it.
    #[must_use]
    pub fn new(minute: i64, open: &'o OpenOrphans) -> Self {
        let (clicks, reversed) = (BTreeMap::new(), BTreeMap::new());
        Self { minute, open, rolled: RollUp::default(), clicks, reversed }
    }

    /// Adds an event that arrived in the minute; each of them once.
    pub fn add(&mut self, event: ArrivedEvent) {
        if event.is_valid(EventKind::Click) {
            self.clicks.insert(event.slot, event);
            return;
        }
        if event.is_valid(EventKind::Impression) && self.open.has(event.slot, self.minute) {
            self.reversed.insert(event.slot, event.issued_hour);
        }
        let sum = event.sum();
        self.rolled.facts.add(event.key, sum);
    }

    /// The events that decide about clicks: the impressions of the minute's clicks, and the earlier clicks of its
    /// impressions.
    #[must_use]
    pub fn wanted(&self) -> Vec<SlotEvent> {
        let impressions = self.clicks.values().map(|click| SlotEvent {
            slot: click.slot,
            issued_hour: click.issued_hour,
            kind: EventKind::Impression,
        });
        let clicks = self.reversed.iter().map(|(&slot, &issued_hour)| SlotEvent {
            slot,
            issued_hour,
            kind: EventKind::Click,
        });
        impressions.chain(clicks).collect()
    }

    /// The roll-up, with those of the wanted events that the ledger has. What arrived after the minute is as good as not
    /// found: its own minute decides.
    #[must_use]
    pub fn finish(mut self, found: Vec<ArrivedEvent>) -> RollUp {
        let facts = &mut self.rolled.facts;
        for event in found.into_iter().filter(|event| event.minute() <= self.minute) {
            if event.is_valid(EventKind::Impression) {
                if let Some(click) = self.clicks.remove(&event.slot) {
                    let sum = click.sum();
                    facts.add(click.key, sum);
                }
            } else if event.is_valid(EventKind::Click) && self.reversed.remove(&event.slot).is_some() {
                let sum = event.sum();
                facts.add(event.key_without_impression(), sum.negated());
                facts.add(event.key, sum);
                self.rolled.reversed.push(event.slot);
            }
        }
        for (slot, click) in self.clicks {
            facts.add(click.key_without_impression(), click.sum());
            self.rolled.orphans.push(Orphan { minute: self.minute, slot });
        }
        self.rolled.orphans.sort_unstable();
        self.rolled.reversed.sort_unstable();
        self.rolled
    }
}
