//! Pacing: which campaigns have spent their budget, and how far the gates of line items are open.
//!
//! The table follows from what was delivered so far. A decision only reads it. A line item without an entry is
//! open.

use std::collections::{HashMap, HashSet};

use crate::draw::{Purpose, draw};

/// The gates as of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gates {
    /// Campaigns whose budget is spent.
    pub spent_campaigns: HashSet<String>,
    /// How often a line item may be chosen, in ppm of (user, minute); left out: always.
    pub open_ppm: HashMap<String, u32>,
}

impl Gates {
    /// Whether the gate of a line item is open for a user in a minute. The gate does not change within the
    /// minute, so that equal requests have equal answers.
    #[must_use]
    pub fn is_open(&self, line_item_id: &str, user_id: &str, epoch_minute: i64) -> bool {
        self.open_ppm.get(line_item_id).is_none_or(|&open_ppm| {
            draw(Purpose::Pacing, user_id, line_item_id, epoch_minute) % 1_000_000 < u64::from(open_ppm)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_opens_for_its_share_of_users_and_minutes() {
        let gates = Gates { open_ppm: HashMap::from([("li-1".to_owned(), 300_000)]), ..Gates::default() };
        let open = (0..10_000).filter(|minute| gates.is_open("li-1", "u1", *minute)).count();
        assert!((2_800..3_200).contains(&open), "{open}");
        assert!(gates.is_open("li-2", "u1", 0), "a line item without a gate is open");
    }

    #[test]
    fn a_gate_at_nothing_never_opens_and_one_at_a_million_always_does() {
        let gates =
            |open_ppm| Gates { open_ppm: HashMap::from([("li".into(), open_ppm)]), ..Gates::default() };
        assert!((0..1_000).all(|minute| !gates(0).is_open("li", "u", minute)));
        assert!((0..1_000).all(|minute| gates(1_000_000).is_open("li", "u", minute)));
    }
}
