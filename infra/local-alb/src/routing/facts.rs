//! The parts of a request that rules compare.

use std::borrow::Cow;
use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderValue};

/// The parts of a request that conditions compare.
#[derive(Debug, Clone)]
pub struct RequestFacts<'a> {
    /// The method as it was sent.
    pub method: &'a str,
    /// The first Host header without its port.
    pub host: Option<&'a str>,
    /// The path without the query, its dot segments resolved.
    pub path: Cow<'a, str>,
    /// The raw query, without its question mark.
    pub query: &'a str,
    /// The headers as they came.
    pub headers: &'a HeaderMap,
    /// The address of the connected client. X-Forwarded-For does not count.
    pub source: IpAddr,
}

impl<'a> RequestFacts<'a> {
    /// `target` is the raw path and query.
    #[must_use]
    pub fn new(method: &'a str, target: &'a str, headers: &'a HeaderMap, source: IpAddr) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let host = headers.get(HOST).and_then(|value| value.to_str().ok()).map(without_port);
        // An IPv6 listener sees an IPv4 client as an IPv4-mapped address.
        let source = source.to_canonical();
        Self { method, host, path: without_dot_segments(path), query, headers, source }
    }

    /// The values of a header, in the order in which they came.
    pub fn header(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        self.headers.get_all(name).iter().map(text)
    }

    /// The pairs of the query, undecoded. A parameter without `=` has an empty value.
    pub fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let parts = self.query.split('&').filter(|part| !part.is_empty());
        parts.map(|part| part.split_once('=').unwrap_or((part, "")))
    }
}

/// A header's value. A value that is not UTF-8 is read as Latin-1, as in invocation payloads.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.as_bytes().iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// A host without its port: `a.test:80` is `a.test`, `[::1]:80` is `[::1]`.
#[must_use]
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !unclosed(name) => name,
        _ => host,
    }
}

/// Whether the colon after `name` is still inside an IPv6 literal.
fn unclosed(name: &str) -> bool {
    name.starts_with('[') && !name.ends_with(']')
}

/// Removes `.` and `..` segments as RFC 3986 (section 5.2.4) does. Empty segments stay: `//` is kept.
///
/// Percent-encoded dots are left alone. AWS does not publish what its normalization covers; this is the
/// documented choice here.
fn without_dot_segments(path: &str) -> Cow<'_, str> {
    if !path.split('/').any(|segment| segment == "." || segment == "..") {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    let segments = path.strip_prefix('/').unwrap_or(path).split('/');
    let mut ends_open = false;
    for segment in segments {
        ends_open = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut result = String::with_capacity(path.len());
    for segment in &kept {
        result.push('/');
        result.push_str(segment);
    }
    if ends_open || kept.is_empty() {
        result.push('/');
    }
    Cow::Owned(result)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dot_segments_are_resolved_and_double_slashes_kept() {
        for (raw, resolved) in [
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/../../b", "/b"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/..", "/"),
            ("/a//b", "/a//b"),
            ("/a//../b", "/a/b"),
            ("/a/%2e%2e/b", "/a/%2e%2e/b"),
            ("/a...b/..c", "/a...b/..c"),
            ("*", "*"),
        ] {
            assert_eq!(without_dot_segments(raw), resolved, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_resolved_path_has_no_dot_segments_and_stays_as_it_is(path in "(/(\\.|\\.\\.|a|b\\.|))+") {
            let once = without_dot_segments(&path).into_owned();
            prop_assert!(once.starts_with('/'));
            prop_assert!(!once.split('/').any(|segment| segment == "." || segment == ".."), "{}", once);
            prop_assert_eq!(without_dot_segments(&once), once.as_str());
        }
    }

    #[test]
    fn the_port_is_not_part_of_the_host() {
        for (raw, host) in [
            ("a.test", "a.test"),
            ("a.test:80", "a.test"),
            ("a.test:", "a.test"),
            ("[::1]", "[::1]"),
            ("[::1]:8080", "[::1]"),
        ] {
            assert_eq!(without_port(raw), host);
        }
    }
}
