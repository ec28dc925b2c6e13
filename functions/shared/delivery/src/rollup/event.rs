//! An event of the ledger, as far as roll-ups need it.

use lockfill_models::event::EventKind;
use lockfill_models::time::EpochSeconds;

use super::slot::Slot;
use crate::facts::{FactKey, NO_IMPRESSION, Sum, VALID};

const SECONDS_PER_HOUR: i64 = 3_600;

/// An event that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivedEvent {
    /// The slot.
    pub slot: Slot,
    /// When the slot was issued, to the hour: hours since the epoch. It is a part of the ledger's key.
    pub issued_hour: i64,
    /// When the event arrived.
    pub arrived_at: EpochSeconds,
    /// What is counted: the hour in which the event happened, and what it is about.
    pub key: FactKey,
    /// The price of the slot, in micros; 0 if it has none.
    pub price_micros: u64,
}

impl ArrivedEvent {
    /// The minute of the arrival: minutes since the epoch.
    #[must_use]
    pub const fn minute(&self) -> i64 {
        self.arrived_at.epoch_minute()
    }

    /// The hour in which something happened: hours since the epoch.
    #[must_use]
    pub const fn hour_of(instant: EpochSeconds) -> i64 {
        instant.0.div_euclid(SECONDS_PER_HOUR)
    }

    pub(super) fn is_valid(&self, kind: EventKind) -> bool {
        self.key.class == VALID && self.key.kind == kind.name()
    }

    pub(super) fn sum(&self) -> Sum {
        Sum::one(self.price_micros)
    }

    /// The key of a click that has no impression.
    pub(super) fn key_without_impression(&self) -> FactKey {
        FactKey { class: NO_IMPRESSION.to_owned(), ..self.key.clone() }
    }
}
