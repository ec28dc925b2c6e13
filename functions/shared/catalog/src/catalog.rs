//! One published version, ready to decide on.

use std::collections::HashMap;

use crate::entities::{Content, LineItem, Unit};
use crate::error::CatalogError;
use lockfill_models::event::ShownItem;
use lockfill_models::id_hash::id_hash;

/// One published version, checked and ready to decide on. It never changes.
#[derive(Debug)]
pub struct Catalog {
    pub(crate) version: u64,
    pub(crate) units: HashMap<String, Unit>,
    pub(crate) line_items: Vec<LineItem>,
    pub(crate) line_item_index: HashMap<String, usize>,
    pub(crate) contents: Vec<Content>,
    pub(crate) items_by_hash: HashMap<u64, ShownItem>,
    pub(crate) landing_urls: HashMap<u64, String>,
    pub(crate) withheld: Vec<CatalogError>,
}

impl Catalog {
    /// The published version's number.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The unit of that id.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.get(id)
    }

    /// All line items, tier by tier from the first to be served.
    #[must_use]
    pub fn line_items(&self) -> &[LineItem] {
        &self.line_items
    }

    /// The line item of that id.
    #[must_use]
    pub fn line_item(&self, id: &str) -> Option<&LineItem> {
        self.line_item_index.get(id).map(|&index| &self.line_items[index])
    }

    /// All contents.
    #[must_use]
    pub fn contents(&self) -> &[Content] {
        &self.contents
    }

    /// The line item or content whose id has that [`id_hash`], with the ids that its showings count for.
    #[must_use]
    pub fn shown_item(&self, item_id_hash: u64) -> Option<ShownItem> {
        self.items_by_hash.get(&item_id_hash).cloned()
    }

    /// The address that a click on a creative or a content leads to: https or an app store.
    #[must_use]
    pub fn landing_url(&self, creative_or_content_id: &str) -> Option<&str> {
        self.landing_url_by_hash(id_hash(creative_or_content_id))
    }

    /// The same by the [`id_hash`] of the creative's or content's id.
    #[must_use]
    pub fn landing_url_by_hash(&self, creative_or_content_id_hash: u64) -> Option<&str> {
        self.landing_urls.get(&creative_or_content_id_hash).map(String::as_str)
    }

    /// Why creatives and contents of the version are not served. A publisher refuses a version that withholds
    /// anything; a version may be older than the rule that withholds.
    #[must_use]
    pub fn withheld(&self) -> &[CatalogError] {
        &self.withheld
    }
}

/// What tracking tokens name by hashes: line items with their owners, and contents.
pub(crate) fn by_hash(line_items: &[LineItem], contents: &[Content]) -> HashMap<u64, ShownItem> {
    let ads = line_items.iter().map(|item| {
        let campaign = &item.campaign;
        let shown = ShownItem::Ad {
            line_item_id: item.id.clone(),
            campaign_id: campaign.id.clone(),
            advertiser_id: campaign.advertiser.id.clone(),
        };
        (id_hash(&item.id), shown)
    });
    let contents = contents.iter().map(|content| {
        let shown = ShownItem::Content { content_id: content.id.clone() };
        (id_hash(&content.id), shown)
    });
    ads.chain(contents).collect()
}
