//! The roll-up of a minute, or of the minutes of an hour.

use std::mem;

use serde::{Deserialize, Serialize};

use super::orphan::Orphan;
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
        let mut reversed = next.reversed.clone();
        sort(&mut reversed);
        // Each of them is an orphan of earlier minutes once.
        let mut are_met = vec![false; reversed.len()];
        sort(&mut self.orphans);
        self.orphans.retain(|orphan| {
            let found = reversed.binary_search(&orphan.slot);
            !found.is_ok_and(|index| !mem::replace(&mut are_met[index], true))
        });
        self.orphans.extend_from_slice(&next.orphans);
        sort(&mut self.orphans);
        let are_left = reversed.into_iter().zip(are_met).filter(|(_, is_met)| !is_met);
        self.reversed.extend(are_left.map(|(slot, _)| slot));
        sort(&mut self.reversed);
    }
}

/// Sorts a list, and leaves each element in it once. Lists of a minute are sorted already; a set of each kind would be
/// more code than all else of roll-ups.
fn sort<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}
