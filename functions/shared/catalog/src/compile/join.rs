//! The rows of a version, checked and joined.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::index::ById;
use super::{campaign, collisions, content, creative, index, line_item, rates, tombstone, unit, urls};
use crate::entities::{Advertiser, Campaign, Content, LineItem, Unit};
use crate::error::{Refusal, Refusals};
use crate::rows::{CatalogRows, TombstoneRow};

/// The entities of a version, in the order in which a blob has them.
#[derive(Debug)]
pub struct Joined {
    /// Units, by id.
    pub units: Vec<Unit>,
    /// Advertisers, by id.
    pub advertisers: Vec<Arc<Advertiser>>,
    /// Campaigns, by id.
    pub campaigns: Vec<Arc<Campaign>>,
    /// Line items, in their serving order on a unit without rates: by tier, by eCPM from the highest on, by id.
    pub line_items: Vec<LineItem>,
    /// Contents, in the order of their rows; a blob has them in the order of its index.
    pub contents: Vec<Content>,
    /// What was withdrawn, by id.
    pub tombstones: Vec<TombstoneRow>,
    /// Creatives and contents that are not served because of an address.
    pub withheld: Vec<Refusal>,
}

impl Joined {
    /// Checks and joins rows.
    ///
    /// # Errors
    /// All rows that cannot be served.
    pub(super) fn of(rows: CatalogRows) -> Result<Self, Refusals> {
        let mut refused = Refusals::default();
        let units = rows.units.into_iter().map(|row| (String::from(row.id.clone()), unit::compile(row)));
        let units = index::by_id("unit", units, &mut refused);
        let advertisers = rows.advertisers.into_iter().map(|row| {
            let id = String::from(row.id);
            (id.clone(), Ok(Arc::new(Advertiser { id, caps: row.caps })))
        });
        let advertisers = index::by_id("advertiser", advertisers, &mut refused);
        let currencies = rates::exchange(rows.exchange_rates, &mut refused);
        let campaigns = rows
            .campaigns
            .into_iter()
            .map(|row| (String::from(row.id.clone()), campaign::compile(row, &advertisers, &currencies)));
        let campaigns = index::by_id("campaign", campaigns, &mut refused);

        let line_items = rows.line_items.into_iter().map(|row| {
            (String::from(row.id.clone()), line_item::compile(row, &campaigns, &currencies).map(Box::new))
        });
        let mut line_items = index::by_id("line_item", line_items, &mut refused);
        let mut addresses = urls::Addresses::default();
        creative::add(rows.creatives, &mut line_items, &mut addresses, &mut refused);
        rates::add(rows.rates, &mut line_items, &mut refused);

        let mut channels = HashSet::new();
        for row in rows.channels {
            let id = String::from(row.id);
            if !channels.insert(id.clone()) {
                refused.add(index::taken("channel", &id));
            }
        }
        let contents = content::all(rows.contents, &channels, &line_items, &mut addresses, &mut refused);
        let tombstones = tombstone::all(rows.tombstones, &mut addresses, &mut refused);
        let joined = Self {
            units: numbered(units),
            advertisers: sorted(advertisers),
            campaigns: sorted(campaigns),
            line_items: in_serving_order(line_items),
            contents,
            tombstones,
            withheld: addresses.withheld,
        };
        collisions::refuse(joined.ids(), &mut refused);
        if refused.in_all() > 0 { Err(refused) } else { Ok(joined) }
    }

    /// The kind and the id of everything that has an id.
    fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let creatives = self.line_items.iter().flat_map(|item| &item.creatives);
        let units = self.units.iter().map(|unit| ("unit", &*unit.id));
        units
            .chain(self.advertisers.iter().map(|advertiser| ("advertiser", &*advertiser.id)))
            .chain(self.campaigns.iter().map(|campaign| ("campaign", &*campaign.id)))
            .chain(self.line_items.iter().map(|item| ("line_item", &*item.id)))
            .chain(creatives.map(|creative| ("creative", &*creative.id)))
            .chain(self.contents.iter().map(|content| ("content", &*content.id)))
            .chain(self.tombstones.iter().map(|tombstone| ("tombstone", &*tombstone.id)))
    }
}

/// Entities in the order of their ids. Ids are sorted alone: a sort for each kind of entity would be code of its own.
fn sorted<T>(mut by_id: HashMap<String, Option<T>>) -> Vec<T> {
    let mut ids: Vec<String> = by_id.keys().cloned().collect();
    ids.sort_unstable();
    ids.iter().filter_map(|id| by_id.remove(id).flatten()).collect()
}

fn numbered(units: HashMap<String, Option<Unit>>) -> Vec<Unit> {
    let mut units = sorted(units);
    (0..).zip(&mut units).for_each(|(number, unit)| unit.number = number);
    units
}

fn in_serving_order(line_items: ById<Box<LineItem>>) -> Vec<LineItem> {
    let mut boxed: Vec<_> = line_items.into_values().flatten().collect();
    boxed.sort_by_cached_key(|item| (item.tier, Reverse(item.base_ecpm_micros()), item.id.clone()));
    // Line items are large: the list must not grow step by step.
    let mut line_items = Vec::with_capacity(boxed.len());
    line_items.extend(boxed.into_iter().map(|item| *item));
    for item in &mut line_items {
        item.creatives.sort_unstable_by(|left, right| left.id.cmp(&right.id));
    }
    line_items
}
