//! From rows to a catalog: every reference is resolved and every value is checked once.

mod campaign;
mod content;
mod creative;
mod index;
mod line_item;
mod rates;
mod unit;
mod urls;

use std::sync::Arc;

use crate::catalog::{self, Catalog};
use crate::entities::Advertiser;
use crate::error::CatalogError;
use crate::rows::CatalogRows;
use lockfill_models::id_hash::id_hash;

impl Catalog {
    /// Checks the rows of a version and joins them.
    ///
    /// # Errors
    /// Names the first row that cannot be served, and why.
    pub fn compile(version: u64, rows: CatalogRows) -> Result<Self, CatalogError> {
        let units = rows.units.into_iter().map(unit::compile).collect::<Result<Vec<_>, _>>()?;
        let units = index::by_id("unit", units, |unit| &unit.id)?;
        let advertisers = rows
            .advertisers
            .into_iter()
            .map(|row| Arc::new(Advertiser { id: row.id.into(), caps: row.caps }))
            .collect();
        let advertisers = index::by_id("advertiser", advertisers, |advertiser| &advertiser.id)?;
        let campaigns = rows
            .campaigns
            .into_iter()
            .map(|row| campaign::compile(row, &advertisers))
            .collect::<Result<_, _>>()?;
        let campaigns = index::by_id("campaign", campaigns, |campaign| &campaign.id)?;
        let currencies = rates::exchange(rows.exchange_rates)?;

        let mut addresses = urls::Addresses::default();
        let mut line_items = rows
            .line_items
            .into_iter()
            .map(|row| line_item::compile(row, &campaigns, &currencies))
            .collect::<Result<Vec<_>, _>>()?;
        line_items.sort_by(|left, right| (left.tier, &left.id).cmp(&(right.tier, &right.id)));
        let line_item_index = index::positions("line_item", &line_items, |item| &item.id)?;
        for row in rows.creatives {
            let owner = line_item_index.get(&*row.line_item_id);
            let owner = owner
                .ok_or_else(|| CatalogError::dangling("creative", &row.id, "line item", &row.line_item_id))?;
            let creative = creative::compile(row, &mut addresses)?;
            line_items[*owner].creatives.extend(creative);
        }
        for item in &mut line_items {
            item.creatives.sort_by(|left, right| left.id.cmp(&right.id));
        }
        for row in rows.rates {
            let owner = line_item_index.get(&*row.line_item_id);
            let owner = owner.ok_or_else(|| {
                CatalogError::dangling("rates", &row.unit_id, "line item", &row.line_item_id)
            })?;
            rates::add(row, &mut line_items[*owner].rates)?;
        }
        let channels = index::by_id("channel", rows.channels, |channel| &*channel.id)?;
        // A device reports what it showed by id alone, so an id must tell a line item from a content.
        if let Some(twin) = rows.contents.iter().find(|row| line_item_index.contains_key(&*row.id)) {
            return Err(CatalogError::new("content", &twin.id, "a line item has this id"));
        }
        let contents = rows
            .contents
            .into_iter()
            .filter_map(|row| content::compile(row, &channels, &mut addresses).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        let urls::Addresses { landing_urls, withheld } = addresses;
        let items_by_hash = catalog::by_hash(&line_items, &contents);
        let landing_urls =
            landing_urls.into_iter().filter_map(|(id, url)| Some((id_hash(&id), url?))).collect();
        Ok(Self {
            version,
            units,
            line_items,
            line_item_index,
            contents,
            items_by_hash,
            landing_urls,
            withheld,
        })
    }
}
