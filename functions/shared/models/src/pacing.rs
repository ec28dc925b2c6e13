//! Pacing: which campaigns and line items are spent, and how far the gates of the others are open.
//!
//! The table follows from what was delivered so far, and is made once a minute. A decision only reads it. A line item
//! without an entry is open. Ids are named by their hashes ([`id_hash`]), as in blobs and tokens; `pacing_codec` has
//! the table as bytes.

use crate::draw::{Draws, Purpose, id_hash};
use crate::time::EpochSeconds;

/// A share of everything, in ppm.
const PPM: u32 = 1_000_000;
/// The `closes_at` of a gate that never closes by itself.
pub const NEVER_CLOSES: u32 = u32::MAX;

/// The gate of one line item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The hash of the line item's id.
    pub item_hash: u64,
    /// How often the line item may be chosen, in ppm of (user, minute).
    pub open_ppm: u32,
    /// The epoch second from which the gate is closed whatever `open_ppm` says, so that an open gate closes by itself
    /// when no newer table comes; [`NEVER_CLOSES`]: never.
    pub closes_at: u32,
    /// Whether the line item's goal or budget is spent.
    pub is_spent: bool,
}

impl Gate {
    /// How far the gate is open at an instant, in ppm of (user, minute).
    #[must_use]
    pub fn open_ppm_at(&self, now: EpochSeconds) -> u32 {
        if self.has_closed_by(now) { 0 } else { self.open_ppm }
    }

    /// Whether the gate has closed by itself, because no newer table came.
    #[must_use]
    pub fn has_closed_by(&self, now: EpochSeconds) -> bool {
        self.closes_at != NEVER_CLOSES && now.0 >= i64::from(self.closes_at)
    }
}

/// The gates of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gates {
    version: u64,
    made_at: EpochSeconds,
    /// Ascending, each once.
    spent_campaigns: Vec<u64>,
    /// Ascending by hash, each once.
    items: Vec<Gate>,
}

impl Default for Gates {
    /// No table: every gate is open.
    fn default() -> Self {
        Self::new(0, EpochSeconds(0), [], [])
    }
}

impl Gates {
    /// A table of a version, made at an instant. `spent_campaigns` are hashes of ids. Of several gates of one line
    /// item the first counts.
    #[must_use]
    pub fn new(
        version: u64,
        made_at: EpochSeconds,
        spent_campaigns: impl IntoIterator<Item = u64>,
        items: impl IntoIterator<Item = Gate>,
    ) -> Self {
        let mut spent_campaigns: Vec<_> = spent_campaigns.into_iter().collect();
        spent_campaigns.sort_unstable();
        spent_campaigns.dedup();
        let mut items: Vec<_> = items.into_iter().collect();
        items.sort_by_key(|gate| gate.item_hash);
        items.dedup_by_key(|gate| gate.item_hash);
        Self { version, made_at, spent_campaigns, items }
    }

    /// The table's version: the epoch minute in which it was made.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// When the table was made.
    #[must_use]
    pub const fn made_at(&self) -> EpochSeconds {
        self.made_at
    }

    /// The hashes of the ids of campaigns whose budget is spent, ascending.
    #[must_use]
    pub fn spent_campaigns(&self) -> &[u64] {
        &self.spent_campaigns
    }

    /// The gates, ascending by the hash of the line item's id.
    #[must_use]
    pub fn items(&self) -> &[Gate] {
        &self.items
    }

    /// Whether nothing is held back.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.spent_campaigns.is_empty() && self.items.is_empty()
    }

    /// The gate of a line item; `None`: open.
    #[must_use]
    pub fn gate(&self, line_item_id: &str) -> Option<&Gate> {
        if self.items.is_empty() {
            return None;
        }
        let hash = id_hash(line_item_id);
        let found = self.items.binary_search_by_key(&hash, |gate| gate.item_hash).ok();
        found.and_then(|place| self.items.get(place))
    }

    /// Whether the budget of a campaign is spent.
    #[must_use]
    pub fn is_campaign_spent(&self, campaign_id: &str) -> bool {
        !self.spent_campaigns.is_empty() && self.spent_campaigns.binary_search(&id_hash(campaign_id)).is_ok()
    }

    /// Whether the goal or budget of a line item is spent.
    #[must_use]
    pub fn is_item_spent(&self, line_item_id: &str) -> bool {
        self.gate(line_item_id).is_some_and(|gate| gate.is_spent)
    }

    /// Whether the gate of a line item is open for a user at an instant. Within a minute it changes at `closes_at`
    /// alone, so that equal requests have equal answers.
    #[must_use]
    pub fn is_open(&self, line_item_id: &str, user_id: &str, now: EpochSeconds) -> bool {
        let Some(gate) = self.gate(line_item_id) else { return true };
        match gate.open_ppm_at(now) {
            0 => false,
            PPM.. => true,
            open_ppm => {
                let draws = Draws::new(Purpose::Pacing, user_id, now.epoch_minute());
                draws.of(gate.item_hash) % u64::from(PPM) < u64::from(open_ppm)
            }
        }
    }

    /// The next instant at which a gate closes by itself, after `now`; `None`: none does.
    #[must_use]
    pub fn next_closing(&self, now: EpochSeconds) -> Option<EpochSeconds> {
        let closings = self.items.iter().filter(|gate| gate.closes_at != NEVER_CLOSES && gate.open_ppm > 0);
        closings.map(|gate| EpochSeconds(gate.closes_at.into())).filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(id: &str, open_ppm: u32, closes_at: u32) -> Gates {
        let gate = Gate { item_hash: id_hash(id), open_ppm, closes_at, is_spent: false };
        Gates::new(1, EpochSeconds(60), [], [gate])
    }

    fn minute(minute: i64) -> EpochSeconds {
        EpochSeconds(minute * 60 + 17)
    }

    #[test]
    fn a_gate_opens_for_its_share_of_users_and_minutes() {
        let gates = gates("li-1", 300_000, NEVER_CLOSES);
        let open = (0..10_000).filter(|number| gates.is_open("li-1", "u1", minute(*number))).count();
        assert!((2_800..3_200).contains(&open), "{open}");
        assert!(gates.is_open("li-2", "u1", minute(0)), "a line item without a gate is open");
    }

    #[test]
    fn a_gate_at_nothing_never_opens_and_one_at_a_million_always_does() {
        let is_open =
            |open_ppm, number| gates("li", open_ppm, NEVER_CLOSES).is_open("li", "u", minute(number));
        assert!((0..1_000).all(|number| !is_open(0, number)));
        assert!((0..1_000).all(|number| is_open(1_000_000, number)));
    }

    #[test]
    fn an_open_gate_is_closed_from_the_second_on_in_which_it_closes() {
        let gates = gates("li", 1_000_000, 1_800_000_000);
        for (now, is_open) in [(1_799_999_999, true), (1_800_000_000, false), (1_900_000_000, false)] {
            assert_eq!(gates.is_open("li", "u", EpochSeconds(now)), is_open, "{now}");
        }
        assert_eq!(gates.next_closing(EpochSeconds(1_799_999_999)), Some(EpochSeconds(1_800_000_000)));
        assert_eq!(gates.next_closing(EpochSeconds(1_800_000_000)), None);
    }

    #[test]
    fn spent_campaigns_and_line_items_are_found_by_their_ids() {
        let spent = Gate { item_hash: id_hash("li-1"), open_ppm: 7, closes_at: NEVER_CLOSES, is_spent: true };
        let gates = Gates::new(1, EpochSeconds(0), ["c-2", "c-1", "c-2"].map(id_hash), [spent]);
        assert!(["c-1", "c-2"].into_iter().all(|id| gates.is_campaign_spent(id)));
        assert_eq!((gates.spent_campaigns().len(), gates.is_campaign_spent("c-3")), (2, false));
        assert_eq!((gates.is_item_spent("li-1"), gates.is_item_spent("li-2")), (true, false));
    }
}
