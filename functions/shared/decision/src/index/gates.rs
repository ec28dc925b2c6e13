//! Gates as columns.

use lockfill_catalog::Catalog;
use lockfill_models::pacing::{Gates, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;

/// The gates of one table over the line items of one catalog, from one closing of a gate to the next: made once for
/// all three, used by many decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateColumns {
    /// Line items that are not spent, of campaigns that are not.
    pub(super) funded: Vec<u64>,
    /// Line items whose pacing gate is not closed to all users.
    pub(super) open: Vec<u64>,
    /// Line items whose pacing gate is open to some users.
    pub(super) partly_open: Vec<u64>,
    /// The last closing of a gate before the columns were made.
    from: EpochSeconds,
    /// The next closing.
    until: Option<EpochSeconds>,
}

impl GateColumns {
    /// The columns of gates over a catalog as of an instant.
    #[must_use]
    pub fn new(catalog: &Catalog, gates: &Gates, now: EpochSeconds) -> Self {
        let words = catalog.line_items().len().div_ceil(64);
        let mut columns = Self {
            funded: vec![u64::MAX; words],
            open: vec![u64::MAX; words],
            partly_open: vec![0; words],
            from: EpochSeconds::MIN,
            until: gates.next_closing(now),
        };
        if !gates.spent_campaigns().is_empty() {
            let is_spent: Vec<bool> =
                catalog.campaigns().map(|campaign| gates.is_campaign_spent(campaign.id())).collect();
            for (index, item) in catalog.line_items().enumerate() {
                if is_spent.get(item.campaign().index() as usize) == Some(&true) {
                    columns.funded[index / 64] &= !(1 << (index % 64));
                }
            }
        }
        for gate in gates.items() {
            if gate.closes_at != NEVER_CLOSES && gate.has_closed_by(now) {
                columns.from = columns.from.max(EpochSeconds(gate.closes_at.into()));
            }
            let Some(item) = catalog.line_item_of_hash(gate.item_hash) else { continue };
            let (word, bit) = (item.index() as usize / 64, 1 << (item.index() % 64));
            if gate.is_spent {
                columns.funded[word] &= !bit;
            }
            match gate.open_ppm_at(now) {
                0 => columns.open[word] &= !bit,
                1..1_000_000 => columns.partly_open[word] |= bit,
                _ => {}
            }
        }
        columns
    }

    /// Whether the columns are those of an instant: no gate closes between it and the one that they were made for.
    #[must_use]
    pub fn hold_at(&self, now: EpochSeconds) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}
