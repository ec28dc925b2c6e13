//! Clicks whose impression has not arrived yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rolled::RollUp;
use super::slot::Slot;

/// For how many minutes after a click its impression still makes it valid: 8 days, longer than a link lives and a
/// device may be offline.
pub const ORPHAN_MINUTES: i64 = 8 * 24 * 60;
/// The most open orphans. With more, the oldest stay without an impression: only a client that clicks what it never
/// shows makes so many.
pub const ORPHANS_MAX: usize = 200_000;

/// A valid click without an impression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Orphan {
    /// The minute of the click's arrival: minutes since the epoch.
    pub minute: i64,
    /// Its slot.
    pub slot: Slot,
}

/// The orphans that an impression may still make valid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Orphan>", into = "Vec<Orphan>")]
pub struct OpenOrphans(BTreeMap<Slot, i64>);

impl OpenOrphans {
    /// Whether an impression of a slot that arrived in a minute makes an earlier click valid.
    #[must_use]
    pub fn has(&self, slot: Slot, minute: i64) -> bool {
        self.0.get(&slot).is_some_and(|&clicked| clicked >= minute - ORPHAN_MINUTES)
    }

    /// Brings the orphans from before a minute to its end.
    pub fn apply(&mut self, minute: i64, rolled: &RollUp) {
        for slot in &rolled.reversed {
            self.0.remove(slot);
        }
        self.0.extend(rolled.orphans.iter().map(|orphan| (orphan.slot, orphan.minute)));
        self.0.retain(|_, clicked| *clicked >= minute - ORPHAN_MINUTES);
        if self.0.len() > ORPHANS_MAX {
            let mut orphans = Vec::from(std::mem::take(self));
            orphans.sort_unstable();
            *self = orphans.split_off(orphans.len() - ORPHANS_MAX).into();
        }
    }

    /// The number of open orphans.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<Orphan>> for OpenOrphans {
    fn from(orphans: Vec<Orphan>) -> Self {
        Self(orphans.into_iter().map(|orphan| (orphan.slot, orphan.minute)).collect())
    }
}

impl From<OpenOrphans> for Vec<Orphan> {
    fn from(orphans: OpenOrphans) -> Self {
        orphans.0.into_iter().map(|(slot, minute)| Orphan { minute, slot }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(number: u128) -> Slot {
        Slot { request_id: number.to_be_bytes(), position: 1 }
    }

    fn rolled(minute: i64, numbers: impl IntoIterator<Item = u128>) -> RollUp {
        let orphans = numbers.into_iter().map(|number| Orphan { minute, slot: slot(number) }).collect();
        RollUp { orphans, ..RollUp::default() }
    }

    #[test]
    fn an_orphan_waits_for_eight_days() {
        let mut open = OpenOrphans::default();
        open.apply(7, &rolled(7, [1]));
        assert!(open.has(slot(1), 7 + ORPHAN_MINUTES) && !open.has(slot(1), 8 + ORPHAN_MINUTES));
        open.apply(8 + ORPHAN_MINUTES, &RollUp::default());
        assert!(open.is_empty());
    }

    #[test]
    fn of_too_many_orphans_the_oldest_are_let_go() {
        let mut open = OpenOrphans::default();
        open.apply(1, &rolled(1, [900_000]));
        open.apply(2, &rolled(2, 0..u128::try_from(ORPHANS_MAX).unwrap()));
        assert_eq!(open.len(), ORPHANS_MAX);
        assert!(!open.has(slot(900_000), 2) && open.has(slot(0), 2));
    }
}
