//! The address of tracking links. It comes from the configuration, never from the host that a request names.

use lockfill_models::event::EventKind;
use lockfill_models::vocabulary::{Invalid, LinkBaseUrl};

use crate::routes;

/// What stands in front of the token in every tracking link: the scheme and host, and the path of the kind of event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkBase {
    impression: String,
    click: String,
}

impl LinkBase {
    /// Takes `https://HOST[:PORT]`; plain http is for a loopback address alone.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let base = LinkBaseUrl::read(text)?;
        let before = |kind| [base.as_str(), routes::event_prefix(kind)].concat();
        Ok(Self { impression: before(EventKind::Impression), click: before(EventKind::Click) })
    }

    /// The link that reports an event, up to its token.
    pub(super) fn before_token(&self, kind: EventKind) -> &str {
        match kind {
            EventKind::Impression => &self.impression,
            EventKind::Click => &self.click,
        }
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
