//! Addresses of images and landing pages, and the base of tracking links.
//!
//! Addresses are read as browsers read them (<https://url.spec.whatwg.org>): by the crate `url` here, and by
//! `ada-url` in Django. What is read is the address in the spelling of the standard, in ASCII, which every other
//! parser understands alike. Both sides share `tests/fixtures/vectors/urls.json`.

use std::borrow::Cow;

use url::{Position, Url};

use super::form::Invalid;
use super::host::{is_below, is_loopback, is_public};

/// The greatest length of an address, as it is written and as it is sent.
const LENGTH_MAX: usize = 2_048;

/// The address of an image: https, with a public host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageUrl(String);

impl ImageUrl {
    /// How the text looks. The parser refuses many texts that look so.
    pub const PATTERN: &str = r"^https://[!-\[\]-~]+$";

    /// Reads an address of a catalog.
    ///
    /// # Errors
    /// Says what the text must be.
    pub fn read(text: &str) -> Result<Self, Invalid> {
        let wanted = "https with a public host, without a user or a password, in visible ASCII";
        let url = parse(text).filter(is_public_https).map(|url| spelled(&url));
        url.filter(|url| url.len() <= LENGTH_MAX).map(Self).ok_or_else(|| Invalid(wanted.to_owned()))
    }

    /// The address in the spelling of the standard.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

/// The address that a click leads to: https with a public host, or an app store's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandingUrl(String);

impl LandingUrl {
    /// How the text looks. The parser refuses many texts that look so.
    pub const PATTERN: &str = r"^(https|market|itms-apps|itms-appss)://[!-\[\]-~]+$";

    /// Reads an address of a catalog.
    ///
    /// # Errors
    /// Says what the text must be.
    pub fn read(text: &str) -> Result<Self, Invalid> {
        let wanted =
            "https with a public host or an app store's, without a user or a password, in visible ASCII";
        let url = parse(text).filter(|url| is_public_https(url) || is_store(url)).map(|url| spelled(&url));
        url.filter(|url| url.len() <= LENGTH_MAX).map(Self).ok_or_else(|| Invalid(wanted.to_owned()))
    }

    /// The address in the spelling of the standard.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

/// What tracking links begin with: `https://HOST[:PORT]`, or `http://` on a loopback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkBaseUrl(String);

impl LinkBaseUrl {
    /// Reads a configured address. A slash at its end is left out.
    ///
    /// # Errors
    /// Says what the text must be.
    pub fn read(text: &str) -> Result<Self, Invalid> {
        let wanted =
            "https://HOST[:PORT] with a public host, or http:// on a loopback address, without a path";
        let text = text.trim_end_matches('/');
        let is_bare = text.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
        let url = parse(text).filter(|url| {
            let is_local =
                matches!(url.scheme(), "http" | "https") && url.host().is_some_and(|host| is_loopback(&host));
            is_bare && (is_local || is_public_https(url))
        });
        let origin = url.map(|url| url.origin().ascii_serialization());
        origin.map(Self).ok_or_else(|| Invalid(wanted.to_owned()))
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The origin of a page that may read answers, as a browser sends it in the header `Origin`: `https://HOST[:PORT]`,
/// or `http://` on a loopback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// How the text looks. The parser refuses many texts that look so.
    pub const PATTERN: &str = r"^https?://[!-\[\]-~]+$";
    /// The greatest length: a name has at most 253 characters.
    pub const LENGTH_MAX: usize = 300;

    /// Reads an origin of a catalog: what tracking links may begin with.
    ///
    /// # Errors
    /// Says what the text must be.
    pub fn read(text: &str) -> Result<Self, Invalid> {
        if text.len() > Self::LENGTH_MAX {
            return Err(Invalid(format!("at most {} characters", Self::LENGTH_MAX)));
        }
        LinkBaseUrl::read(text).map(|base| Self(base.0))
    }

    /// The origin, without a slash at its end.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

/// The origin of an address that the standard leaves as it is: `https://` with a host of `a-z0-9.-`, a path of
/// unreserved characters without a segment that begins with a dot, and at most a query of these and `=&%+`. The address
/// is as good as its origin.
#[must_use]
pub fn plain_origin(text: &str) -> Option<&str> {
    let is_of_path = |byte: u8| byte.is_ascii_alphanumeric() || b"._~/-".contains(&byte);
    let is_of_query = |byte: u8| is_of_path(byte) || b"=&%+".contains(&byte);
    let is_of_host = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    let (host, rest) = text.strip_prefix("https://")?.split_once('/')?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let is_plain = !host.is_empty()
        && host.bytes().all(is_of_host)
        && path.bytes().all(is_of_path)
        && query.bytes().all(is_of_query);
    let has_dots = path.starts_with('.') || path.contains("/.");
    let origin = &text[..text.len() - rest.len() - 1];
    (is_plain && !has_dots && text.len() <= LENGTH_MAX).then_some(origin)
}

/// The address, if it is `scheme://HOST…` in visible ASCII without a user. Parsers disagree on the backslash, and
/// some take a capital letter in a scheme for another scheme.
fn parse(text: &str) -> Option<Url> {
    let is_visible = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if text.len() > LENGTH_MAX || !text.bytes().all(is_visible) {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().filter(|authority| !authority.is_empty())?;
    if authority.contains('@') || scheme.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn is_public_https(url: &Url) -> bool {
    url.scheme() == "https" && url.host().is_some_and(|host| is_public(&host))
}

/// Whether the address opens an app store. The word behind `market://` names no server.
fn is_store(url: &Url) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let Some(host) = url.host_str().filter(|host| !host.is_empty() && host.bytes().all(is_letter)) else {
        return false;
    };
    match url.scheme() {
        "market" => url.port().is_none(),
        "itms-apps" | "itms-appss" => {
            url.port().is_none() && is_below(&host.to_ascii_lowercase(), "apple.com")
        }
        _ => false,
    }
}

/// The address in the spelling of the standard. The crate does not encode `^` in a path yet.
fn spelled(url: &Url) -> String {
    let (before, rest) = (&url[..Position::BeforePath], &url[Position::AfterPath..]);
    let path = match url.path() {
        path if path.contains('^') => Cow::from(path.replace('^', "%5E")),
        path => Cow::from(path),
    };
    format!("{before}{path}{rest}")
}
