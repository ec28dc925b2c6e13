//! One published version, ready to decide on.

use std::collections::HashMap;

use crate::entities::{Content, LineItem, Unit};
use crate::error::CatalogError;

/// One published version, checked and ready to decide on. It never changes.
#[derive(Debug)]
pub struct Catalog {
    pub(crate) version: u64,
    pub(crate) units: HashMap<String, Unit>,
    pub(crate) line_items: Vec<LineItem>,
    pub(crate) line_item_index: HashMap<String, usize>,
    pub(crate) contents: Vec<Content>,
    pub(crate) landing_urls: HashMap<String, Option<String>>,
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

    /// Whether any unit lists the origin, as a browser sends it.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.units.values().any(|unit| unit.origins.iter().any(|listed| listed == origin))
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

    /// The address that a click on a creative or a content leads to: https or an app store.
    #[must_use]
    pub fn landing_url(&self, creative_or_content_id: &str) -> Option<&str> {
        self.landing_urls.get(creative_or_content_id)?.as_deref()
    }

    /// Why creatives and contents of the version are not served. A publisher refuses a version that withholds
    /// anything; a version may be older than the rule that withholds.
    #[must_use]
    pub fn withheld(&self) -> &[CatalogError] {
        &self.withheld
    }
}
