//! The roll-up of a minute, or of the minutes of an hour.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::orphans::Orphan;
use super::slot::Slot;
use crate::facts::Facts;

/// What arrived in a minute or an hour, as facts of the hours in which it happened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollUp {
    /// The facts.
    pub facts: Facts,
    /// The valid clicks of this time that had no impression at its end, in order.
    pub orphans: Vec<Orphan>,
    /// The slots of earlier orphans whose impression arrived in this time, in order.
    pub reversed: Vec<Slot>,
}

impl RollUp {
    /// Whether nothing arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.orphans.is_empty() && self.reversed.is_empty()
    }

    /// Adds the minute that follows.
    pub fn add(&mut self, next: &Self) {
        self.facts.add_all(&next.facts);
        let mut orphans: BTreeSet<Orphan> = self.orphans.drain(..).collect();
        let mut reversed: BTreeSet<Slot> = next.reversed.iter().copied().collect();
        orphans.retain(|orphan| !reversed.remove(&orphan.slot));
        orphans.extend(next.orphans.iter().copied());
        self.orphans = orphans.into_iter().collect();
        reversed.extend(self.reversed.drain(..));
        self.reversed = reversed.into_iter().collect();
    }
}
