//! Running totals: what was delivered since the first event.

use std::collections::BTreeMap;

use lockfill_models::event::EventKind;
use serde::{Deserialize, Serialize};

use super::orphans::OpenOrphans;
use super::rolled::RollUp;
use crate::facts::{FactKey, Facts, Sum, VALID};

/// How many micros of a CPM make one micro of spend: its price is that of a thousand impressions.
const IMPRESSIONS_PER_CPM: i64 = 1_000;

/// The totals at the end of an hour or minute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The valid events of line items.
    pub items: LineItems,
    /// The orphans that are open.
    pub orphans: OpenOrphans,
}

/// The valid events of one line item in one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTotals {
    /// Its impressions.
    pub impressions: i64,
    /// Its clicks.
    pub clicks: i64,
    /// The prices of its impressions that are paid by the thousand, in micros: a thousand times what they cost.
    pub cpm_price_micros: i64,
    /// The prices of its clicks that are paid by the click, in micros.
    pub cpc_price_micros: i64,
}

impl ItemTotals {
    /// What the events cost, in micros, floored.
    #[must_use]
    pub const fn spend_micros(&self) -> i64 {
        self.cpm_price_micros.div_euclid(IMPRESSIONS_PER_CPM).saturating_add(self.cpc_price_micros)
    }

    /// Adds the fact with that key.
    pub fn add(&mut self, key: &FactKey, sum: Sum) {
        if key.class != VALID {
            return;
        }
        let is_paid_by = |pricing| key.pricing.as_deref() == Some(pricing);
        if key.kind == EventKind::Impression.name() {
            self.impressions = self.impressions.saturating_add(sum.count);
            if is_paid_by("cpm") {
                self.cpm_price_micros = self.cpm_price_micros.saturating_add(sum.price_micros);
            }
        } else if key.kind == EventKind::Click.name() {
            self.clicks = self.clicks.saturating_add(sum.count);
            if is_paid_by("cpc") {
                self.cpc_price_micros = self.cpc_price_micros.saturating_add(sum.price_micros);
            }
        }
    }
}

/// Totals by line item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<LineItem>", into = "Vec<LineItem>")]
pub struct LineItems(BTreeMap<LineItemKey, ItemTotals>);

/// What totals of a line item are kept apart by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineItemKey {
    /// The line item's id, or `#` and its hash.
    pub item: String,
    /// The campaign's id, as far as it is known.
    pub campaign: Option<String>,
    /// The currency of the prices; `None` for events without a price.
    pub currency: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct LineItem {
    #[serde(flatten)]
    key: LineItemKey,
    #[serde(flatten)]
    totals: ItemTotals,
}

impl LineItems {
    /// Adds facts. Those of contents cost nothing, and have no budget.
    pub fn add(&mut self, facts: &Facts) {
        let of_line_items = |key: &FactKey| key.item_kind == "line_item" && key.class == VALID;
        for (key, sum) in facts.iter().filter(|(key, _)| of_line_items(key)) {
            let FactKey { item, campaign, currency, .. } = key.clone();
            self.0.entry(LineItemKey { item, campaign, currency }).or_default().add(key, sum);
        }
    }

    /// All totals, in the order of the line items.
    pub fn iter(&self) -> impl Iterator<Item = (&LineItemKey, &ItemTotals)> {
        self.0.iter()
    }
}

impl From<Vec<LineItem>> for LineItems {
    fn from(items: Vec<LineItem>) -> Self {
        Self(items.into_iter().map(|item| (item.key, item.totals)).collect())
    }
}

impl From<LineItems> for Vec<LineItem> {
    fn from(items: LineItems) -> Self {
        items.0.into_iter().map(|(key, totals)| LineItem { key, totals }).collect()
    }
}

impl Totals {
    /// Adds the minute that follows: a minute since the epoch, and its roll-up.
    pub fn add(&mut self, minute: i64, rolled: &RollUp) {
        self.items.add(&rolled.facts);
        self.orphans.apply(minute, rolled);
    }
}
