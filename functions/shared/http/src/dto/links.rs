//! The address of tracking links. It comes from the configuration, never from the host that a request names.

use lockfill_models::event::EventKind;

use crate::routes;

/// The scheme and host in front of every tracking link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkBase(String);

/// The configured address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link base must be https://HOST[:PORT], or http:// on a loopback address, without a path")]
pub struct InvalidLinkBase;

impl LinkBase {
    /// Takes `https://HOST[:PORT]`; plain http is for a loopback address alone.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidLinkBase> {
        let text = text.trim_end_matches('/');
        let (scheme, authority) = text.split_once("://").ok_or(InvalidLinkBase)?;
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let is_loopback = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        let is_authority_byte = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        let is_valid = !host.is_empty() && authority.bytes().all(is_authority_byte);
        match scheme {
            "https" if is_valid => Ok(Self(text.to_owned())),
            "http" if is_valid && is_loopback => Ok(Self(text.to_owned())),
            _ => Err(InvalidLinkBase),
        }
    }

    /// The link that reports an event.
    #[must_use]
    pub fn event_url(&self, kind: EventKind, token: &str) -> String {
        format!("{}{}", self.0, routes::event_path(kind, token))
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
            assert_eq!(LinkBase::parse(bad), Err(InvalidLinkBase), "{bad}");
        }
    }
}
