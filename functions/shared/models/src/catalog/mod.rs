//! Everything that can be shown, as of one published version.
//!
//! [`rows`] is the wire form that editing publishes; [`Catalog::compile`] checks it once and turns it into
//! what a decision reads. The decision sees a catalog through this type's methods only, so that its inside
//! can become a compiled, memory-mapped form without a rule noticing.

mod compile;
mod entities;
mod error;
pub mod rows;

pub use entities::{
    Advertiser, Campaign, Cap, CapKind, Content, ContentRating, Creative, FirstSlot, LineItem, Mix, Tier,
    Unit,
};
pub use error::CatalogError;

use std::collections::HashMap;

/// One published version, checked and ready to decide on. It never changes.
#[derive(Debug)]
pub struct Catalog {
    version: u64,
    units: HashMap<String, Unit>,
    line_items: Vec<LineItem>,
    line_item_index: HashMap<String, usize>,
    contents: Vec<Content>,
    landing_urls: HashMap<String, String>,
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

    /// Where a click on a creative or a content leads: https or an app store, never elsewhere.
    #[must_use]
    pub fn landing_url(&self, creative_or_content_id: &str) -> Option<&str> {
        self.landing_urls.get(creative_or_content_id).map(String::as_str)
    }
}
