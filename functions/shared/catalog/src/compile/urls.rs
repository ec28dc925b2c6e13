//! The addresses of images and landing pages.

use std::collections::HashMap;

use lockfill_models::vocabulary::{ImageUrl, Invalid, LandingUrl};

use super::index;
use crate::error::CatalogError;

/// The landing pages of creatives and contents by their ids, and what is withheld because of an address.
///
/// A wrong address withholds its creative or content instead of refusing the version: versions from before a
/// rule of addresses must stay servable when the rule comes, and no other row refers to these two kinds.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Also the ids of what is withheld, with `None`, because an id must not be taken twice.
    pub landing_urls: HashMap<String, Option<String>>,
    pub withheld: Vec<CatalogError>,
}

impl Addresses {
    /// Takes the addresses of a creative or a content. Returns the image's, or `None` if the item is withheld.
    pub(super) fn add(
        &mut self,
        kind: &'static str,
        id: &str,
        image_url: &str,
        landing_url: &str,
    ) -> Result<Option<String>, CatalogError> {
        let (image_url, landing_url) = match read(image_url, landing_url) {
            Ok((image_url, landing_url)) => (Some(image_url), Some(landing_url)),
            Err(problem) => {
                self.withheld.push(CatalogError::new(kind, id, problem));
                (None, None)
            }
        };
        index::insert_once(kind, &mut self.landing_urls, id, landing_url)?;
        Ok(image_url)
    }
}

/// Both addresses, or the problem, which does not repeat the address because it may be long.
fn read(image_url: &str, landing_url: &str) -> Result<(String, String), String> {
    let named = |field: &'static str| move |invalid: Invalid| format!("{field} {invalid}");
    let image_url = ImageUrl::read(image_url).map_err(named("image_url"))?;
    let landing_url = LandingUrl::read(landing_url).map_err(named("landing_url"))?;
    Ok((image_url.into_text(), landing_url.into_text()))
}
