//! The address of tracking links. It comes from the configuration, never from the host that a request names.

use std::fmt;

use lockfill_models::event::EventKind;
use lockfill_models::vocabulary::{Invalid, LinkBaseUrl};
use serde::{Serialize, Serializer};

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

    /// The link that reports an event.
    #[must_use]
    pub fn event_url<'a>(&'a self, kind: EventKind, token: &'a str) -> EventUrl<'a> {
        EventUrl { base: self.0.as_str(), kind, token }
    }
}

/// A link that reports an event, written part by part.
#[derive(Debug, Clone, Copy)]
pub struct EventUrl<'a> {
    base: &'a str,
    kind: EventKind,
    token: &'a str,
}

impl fmt::Display for EventUrl<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        [self.base, routes::event_prefix(self.kind), self.token]
            .into_iter()
            .try_for_each(|part| formatter.write_str(part))
    }
}

impl Serialize for EventUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
