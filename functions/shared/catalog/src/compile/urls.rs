//! The addresses of images and landing pages.

use std::collections::{HashMap, HashSet};

use lockfill_models::vocabulary::{ImageUrl, Invalid, LandingUrl, plain_origin};

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
    origins: Origins,
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
        match self.read(image_url, landing_url) {
            Ok(read) => Ok(Some(read)),
            Err((field, problem)) => {
                self.withheld.push(Refusal::new(kind, id, field, problem));
                Ok(None)
            }
        }
    }

    /// Both addresses, or the field and the problem, which does not repeat the address because it may be long.
    fn read(
        &mut self,
        image_url: &str,
        landing_url: &str,
    ) -> Result<(String, String), (&'static str, String)> {
        let named = |field: &'static str| move |invalid: Invalid| (field, format!("{field} {invalid}"));
        let origins = &mut self.origins;
        let image_url = origins.read(image_url, |text| Ok(ImageUrl::read(text)?.into_text()));
        let image_url = image_url.map_err(named("image_url"))?;
        let landing_url = origins.read(landing_url, |text| Ok(LandingUrl::read(text)?.into_text()));
        Ok((image_url, landing_url.map_err(named("landing_url"))?))
    }
}

/// Whether an address of an origin alone is in the spelling of the standard, as an image and as a landing page.
///
/// A hundred thousand addresses have few origins, and a parser takes a sixth of the time of a compilation.
#[derive(Debug, Default)]
struct Origins(HashMap<String, bool>);

impl Origins {
    /// Reads an address. One whose path the standard leaves as it is stands as it is if its origin does.
    fn read(
        &mut self,
        text: &str,
        read: impl FnOnce(&str) -> Result<String, Invalid>,
    ) -> Result<String, Invalid> {
        match plain_origin(text) {
            Some(origin) if self.stands(origin) => Ok(text.to_owned()),
            _ => read(text),
        }
    }

    fn stands(&mut self, origin: &str) -> bool {
        if let Some(&stands) = self.0.get(origin) {
            return stands;
        }
        let address = format!("{origin}/");
        let image = ImageUrl::read(&address).is_ok_and(|url| url.into_text() == address);
        let stands = image && LandingUrl::read(&address).is_ok_and(|url| url.into_text() == address);
        self.0.insert(origin.to_owned(), stands);
        stands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_needs_no_parser_is_read_as_the_parser_reads_it() {
        let long = format!("https://cdn.example/{}", "a".repeat(2_028));
        let too_long = format!("{long}a");
        let addresses = [
            "https://cdn.example/ads/1.jpg",
            "https://cdn.example/",
            "https://cdn.example/a//b/~c_d-e",
            "https://cdn.example/a?utm_source=lock&q=%ED%95+b/../c&",
            "https://cdn.example/?",
            &long,
            &too_long,
            // What the standard spells differently.
            "https://cdn.example",
            "https://cdn.example:443/a",
            "https://CDN.example/a",
            "https://cdn.example/a/../b",
            "https://cdn.example/./a",
            "https://cdn.example/..",
            "https://cdn.example/.a",
            "https://cdn.example/a^b",
            "https://cdn.example/a?b=c#d",
            "https://cdn.example/a?b=c?d",
            "https://cdn.example/a?b='c'",
            "https://cdn.example/a?b={click_id}",
            "https://cdn.example/../a?b=c",
            "https://10.0.0.1/?b=c",
            "https://cdn.example?b=/c",
            "https://0x5db8d822/a",
            "https://093.184.216.34/a",
            // What is no address of an image or of a page.
            "https://10.0.0.1/a",
            "https://0x7f.1/a",
            "https://localhost/a",
            "https://.example/a",
            "https://a..example/a",
            "https://-/a",
            "https://xn--a/a",
            "https:///a",
            "http://cdn.example/a",
            "market://details/a",
        ];
        let mut origins = Origins::default();
        let parsed = |text: &str| Ok(ImageUrl::read(text)?.into_text());
        for text in addresses.iter().chain(&addresses) {
            assert_eq!(origins.read(text, parsed), parsed(text), "{text}");
        }
        // The parser is not asked for what stands as it is.
        for text in &addresses[..6] {
            assert_eq!(origins.read(text, |_| panic!("it is asked")).as_deref(), Ok(*text));
        }
        assert!(origins.read(&too_long, parsed).is_err());
        assert_eq!(origins.0.get("https://cdn.example"), Some(&true));
    }
}
