//! Gates as columns.

use lockfill_catalog::Catalog;
use lockfill_models::pacing::Gates;

/// The gates of one moment over the line items of one catalog: made once for both, used by many decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateColumns {
    /// Line items whose campaign has budget left.
    pub(super) funded: Vec<u64>,
    /// Line items whose pacing gate is not closed to all users.
    pub(super) open: Vec<u64>,
    /// Line items whose pacing gate is open to some users.
    pub(super) partly_open: Vec<u64>,
}

impl GateColumns {
    /// The columns of gates over a catalog.
    #[must_use]
    pub fn new(catalog: &Catalog, gates: &Gates) -> Self {
        let words = catalog.line_items().len().div_ceil(64);
        let mut columns =
            Self { funded: vec![u64::MAX; words], open: vec![u64::MAX; words], partly_open: vec![0; words] };
        if !gates.spent_campaigns.is_empty() {
            let is_spent: Vec<bool> =
                catalog.campaigns().map(|campaign| gates.spent_campaigns.contains(campaign.id())).collect();
            for (index, item) in catalog.line_items().enumerate() {
                if is_spent.get(item.campaign().index() as usize) == Some(&true) {
                    columns.funded[index / 64] &= !(1 << (index % 64));
                }
            }
        }
        for (id, &open_ppm) in &gates.open_ppm {
            let Some(item) = catalog.line_item(id) else { continue };
            let (word, bit) = (item.index() as usize / 64, 1 << (item.index() % 64));
            match open_ppm {
                0 => columns.open[word] &= !bit,
                1..1_000_000 => columns.partly_open[word] |= bit,
                _ => {}
            }
        }
        columns
    }
}
