//! The address of tracking links. It comes from the configuration, never from the host that a request names.

use lockfill_models::event::EventKind;
use lockfill_models::vocabulary::{Invalid, LinkBaseUrl};

use crate::routes;

/// The scheme and host in front of every tracking link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkBase(LinkBaseUrl);

impl LinkBase {
    /// Takes `https://HOST[:PORT]`; plain http is for a loopback address alone.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        LinkBaseUrl::read(text).map(Self)
    }

    /// The link that reports an event, as parts that follow one another.
    pub(super) fn event_url<'a>(&'a self, kind: EventKind, token: &'a str) -> [&'a str; 3] {
        [self.0.as_str(), routes::event_prefix(kind), token]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_https_or_stay_on_the_machine() {
        for good in
            ["https://t.example", "https://t.example:8443/", "http://127.0.0.1:8080", "http://[::1]:1"]
        {
            assert!(LinkBase::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "t.example",
            "http://t.example",
            "https://",
            "https://t.example/path",
            "ftp://localhost",
            "https://user@t.example",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(LinkBase::parse(bad).is_err(), "{bad}");
        }
    }
}
