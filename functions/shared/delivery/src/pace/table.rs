//! The outcome of a run: how far the gate of each line item is open.

use lockfill_models::time::EpochSeconds;

/// `closes_at` of a gate that does not close by itself.
pub const NEVER: u32 = u32::MAX;

/// The gates as of one moment. A line item without an entry is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GateTable {
    /// The minute in which the table was made, since the epoch.
    pub version: u64,
    /// When the table was made, in epoch seconds.
    pub made_at: i64,
    /// The hashes of the ids of campaigns whose budget is spent, ascending.
    pub spent_campaigns: Vec<u64>,
    /// Gates, ascending by the line item.
    pub line_items: Vec<Gate>,
}

/// The gate of one line item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The hash of the line item's id.
    pub line_item: u64,
    /// How often the line item may be chosen, in ppm of (user, minute).
    pub open_ppm: u32,
    /// From when on the gate is closed, in epoch seconds; [`NEVER`]: it stays open.
    pub closes_at: u32,
    /// Whether the goal is reached or the budget is spent. The gate is closed then.
    pub is_spent: bool,
}

impl GateTable {
    /// An empty table of an instant.
    pub(super) fn new(now: EpochSeconds) -> Self {
        let version = u64::try_from(now.epoch_minute()).unwrap_or(0);
        Self { version, made_at: now.0, ..Self::default() }
    }

    /// Brings the entries in order.
    pub(super) fn sorted(mut self) -> Self {
        self.spent_campaigns.sort_unstable();
        self.spent_campaigns.dedup();
        self.line_items.sort_unstable_by_key(|gate| gate.line_item);
        self
    }

    /// The gate of a line item, if it has one.
    #[must_use]
    pub fn gate(&self, line_item: u64) -> Option<&Gate> {
        let place = self.line_items.binary_search_by_key(&line_item, |gate| gate.line_item).ok()?;
        self.line_items.get(place)
    }
}
