//! Why a slot is where it is, and where an item without one stands.

use lockfill_catalog::{Catalog, LineItem};
use lockfill_decision::inspection::{RankedContent, ranked_contents, ranked_line_items};
use lockfill_decision::{AllocationKind, Context, Item, Slot};

use super::question::AskedItem;

/// A place among the eligible items of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub place: usize,
    /// Of so many.
    pub of: usize,
    /// What a thousand impressions of a line item bring on the unit, in micros of the catalog's currency.
    pub ecpm_micros: Option<i64>,
    /// The score of a content in ppm.
    pub score_ppm: Option<i64>,
}

/// Why a slot is where it is.
#[derive(Debug, Clone, Copy)]
pub enum SlotReason<'a> {
    /// A line item: tier, then eCPM, then a draw.
    Ad {
        /// The line item.
        line_item: LineItem<'a>,
        /// What a thousand impressions bring on the unit, in micros of the catalog's currency.
        ecpm_micros: i64,
        /// Its place among the eligible line items, from 1, and how many there are.
        place: (usize, usize),
    },
    /// A content: pinned, then unseen, then seen; each by score.
    Content {
        /// The content.
        ranked: RankedContent<'a>,
        /// Its place among the eligible contents, from 1, and how many there are.
        place: (usize, usize),
    },
    /// The ranking does not have the item.
    Unranked,
}

/// The eligible items of both kinds in their orders.
pub(super) struct Ranks<'a> {
    line_items: Vec<(LineItem<'a>, i64)>,
    contents: Vec<RankedContent<'a>>,
}

impl<'a> Ranks<'a> {
    pub(super) fn of(kind: AllocationKind, context: &Context<'_, 'a>) -> Self {
        let unit = context.inputs.unit;
        let line_items = match kind {
            AllocationKind::Contents => Vec::new(),
            AllocationKind::Ads | AllocationKind::Lockscreen => ranked_line_items(context),
        };
        let contents = match kind {
            AllocationKind::Ads => Vec::new(),
            AllocationKind::Contents | AllocationKind::Lockscreen => ranked_contents(context),
        };
        let line_items = line_items.into_iter().map(|item| (item, item.ecpm_micros(unit))).collect();
        Self { line_items, contents }
    }

    pub(super) fn reason(&self, slot: Slot<'_>) -> SlotReason<'a> {
        match slot.item() {
            Item::LineItem(item) => {
                let place = self.line_item(item);
                place.map_or(SlotReason::Unranked, |(place, line_item, ecpm_micros)| SlotReason::Ad {
                    line_item,
                    ecpm_micros,
                    place: (place, self.line_items.len()),
                })
            }
            Item::Content(content) => {
                let place = self.content(content.id());
                place.map_or(SlotReason::Unranked, |(place, ranked)| SlotReason::Content {
                    ranked,
                    place: (place, self.contents.len()),
                })
            }
        }
    }

    pub(super) fn place(&self, item: Item<'_>) -> Option<Place> {
        match item {
            Item::LineItem(item) => self.line_item(item).map(|(place, _, ecpm_micros)| Place {
                place,
                of: self.line_items.len(),
                ecpm_micros: Some(ecpm_micros),
                score_ppm: None,
            }),
            Item::Content(content) => self.content(content.id()).map(|(place, ranked)| Place {
                place,
                of: self.contents.len(),
                ecpm_micros: None,
                score_ppm: Some(ranked.score.score_ppm),
            }),
        }
    }

    fn line_item(&self, item: LineItem<'_>) -> Option<(usize, LineItem<'a>, i64)> {
        let place = self.line_items.iter().position(|(own, _)| own.index() == item.index())?;
        self.line_items.get(place).map(|&(item, ecpm_micros)| (place + 1, item, ecpm_micros))
    }

    fn content(&self, id: &str) -> Option<(usize, RankedContent<'a>)> {
        let place = self.contents.iter().position(|own| own.content.id() == id)?;
        self.contents.get(place).map(|&ranked| (place + 1, ranked))
    }
}

/// What is wrong with an item that the catalog has and does not serve.
pub(super) fn withheld(catalog: &Catalog, asked: &AskedItem) -> Vec<String> {
    let (AskedItem::LineItem(asked_id) | AskedItem::Content(asked_id)) = asked;
    catalog.withheld().filter(|one| one.id() == asked_id).map(|one| one.problem().to_owned()).collect()
}
