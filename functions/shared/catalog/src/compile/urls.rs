//! The addresses of images and landing pages.

use std::collections::HashSet;

use lockfill_models::vocabulary::{ImageUrl, Invalid, LandingUrl};

use super::index;
use crate::error::Refusal;

/// The ids of creatives and contents, and what is withheld because of an address.
///
/// A wrong address withholds its creative or content instead of refusing the version: versions from before a
/// rule of addresses must stay servable when the rule comes, and no other row refers to these two kinds.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Also the ids of what is withheld, because an id must not be taken twice.
    pub taken: HashSet<String>,
    pub withheld: Vec<Refusal>,
}

impl Addresses {
    /// Takes the addresses of a creative or a content. Returns the image's and the landing page's, or `None` if the
    /// item is withheld.
    pub(super) fn add(
        &mut self,
        kind: &'static str,
        id: &str,
        image_url: &str,
        landing_url: &str,
    ) -> Result<Option<(String, String)>, Refusal> {
        if !self.taken.insert(id.to_owned()) {
            return Err(index::taken(kind, id));
        }
        match read(image_url, landing_url) {
            Ok(read) => Ok(Some(read)),
            Err((field, problem)) => {
                self.withheld.push(Refusal::new(kind, id, field, problem));
                Ok(None)
            }
        }
    }
}

/// Both addresses, or the field and the problem, which does not repeat the address because it may be long.
fn read(image_url: &str, landing_url: &str) -> Result<(String, String), (&'static str, String)> {
    let named = |field: &'static str| move |invalid: Invalid| (field, format!("{field} {invalid}"));
    let image_url = ImageUrl::read(image_url).map_err(named("image_url"))?;
    let landing_url = LandingUrl::read(landing_url).map_err(named("landing_url"))?;
    Ok((image_url.into_text(), landing_url.into_text()))
}
