//! `redirect`: to another URL, which may keep parts of the request's URL.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html>.

use std::fmt;

use super::super::place::Place;
use crate::template::{LoadError, Value};

const KEEP_PROTOCOL: &str = "#{protocol}";
const KEEP_HOST: &str = "#{host}";
const KEEP_PORT: &str = "#{port}";
const KEEP_PATH: &str = "/#{path}";
const KEEP_QUERY: &str = "#{query}";
const LENGTH_MAX: usize = 128;

/// The answer, with the parts of its URL as the template writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// 301 or 302.
    pub status: u16,
    protocol: String,
    host: String,
    port: String,
    path: String,
    query: String,
}

/// The parts of a request that a redirect may keep.
#[derive(Debug, Clone, Copy)]
pub struct RedirectSource<'a> {
    /// `http` or `https`.
    pub protocol: &'a str,
    /// The host without its port.
    pub host: &'a str,
    /// The listener's port.
    pub port: u16,
    /// The raw path.
    pub path: &'a str,
    /// The raw query.
    pub query: &'a str,
}

impl Redirect {
    pub(super) fn read(place: Place<'_>, action: &Value) -> Result<Self, LoadError> {
        let Some(config) = action.get("RedirectConfig") else {
            return Err(place.error(action.line, "redirect needs a RedirectConfig"));
        };
        let part = |key: &str, kept: &str| config.get(key).and_then(Value::text).unwrap_or(kept).to_owned();
        let status = match config.get("StatusCode").and_then(Value::text) {
            Some("HTTP_301") => 301,
            Some("HTTP_302") => 302,
            _ => return Err(place.error(config.line, "StatusCode must be HTTP_301 or HTTP_302")),
        };
        let redirect = Self {
            status,
            protocol: part("Protocol", KEEP_PROTOCOL),
            host: part("Host", KEEP_HOST),
            port: part("Port", KEEP_PORT),
            path: part("Path", KEEP_PATH),
            query: part("Query", KEEP_QUERY),
        };
        redirect.check().map_err(|message| place.error(config.line, message))?;
        Ok(redirect)
    }

    /// Protocol, host, port, path and query as the template writes them.
    pub(crate) fn parts(&self) -> [&str; 5] {
        [&self.protocol, &self.host, &self.port, &self.path, &self.query]
    }

    fn check(&self) -> Result<(), String> {
        if !matches!(self.protocol.as_str(), KEEP_PROTOCOL | "HTTP" | "HTTPS") {
            return Err(format!("Protocol must be HTTP, HTTPS or {KEEP_PROTOCOL}"));
        }
        let number = self.port.parse::<u16>().is_ok_and(|port| port > 0);
        if self.port != KEEP_PORT && !number {
            return Err(format!("Port must be a number from 1 to 65535 or {KEEP_PORT}"));
        }
        if self.host.is_empty() || self.host.len() > LENGTH_MAX {
            return Err(format!("Host must be 1 to {LENGTH_MAX} characters"));
        }
        if !self.path.starts_with('/') || self.path.len() > LENGTH_MAX {
            return Err(format!("Path must be 1 to {LENGTH_MAX} characters and begin with a slash"));
        }
        if self.query.len() > LENGTH_MAX || self.query.starts_with('?') {
            return Err(format!(
                "Query must be at most {LENGTH_MAX} characters, without a leading question mark"
            ));
        }
        keywords("Host", &self.host, &["host"])?;
        keywords("Path", &self.path, &["host", "path", "port"])?;
        keywords("Query", &self.query, &["protocol", "host", "port", "path", "query"])?;
        let kept = [&self.protocol, &self.host, &self.port, &self.path];
        if kept == [KEEP_PROTOCOL, KEEP_HOST, KEEP_PORT, KEEP_PATH] {
            return Err(
                "this is a redirect loop: it must change the protocol, the host, the port or the path"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// The value of the Location header.
    #[must_use]
    pub fn location(&self, source: RedirectSource<'_>) -> String {
        let port = source.port.to_string();
        let values = [
            ("protocol", source.protocol),
            ("host", source.host),
            ("port", &port),
            // Without its slash, because the template writes the slash.
            ("path", source.path.strip_prefix('/').unwrap_or(source.path)),
            ("query", source.query),
        ];
        let fill = |text: &str| fill(text, &values, str::to_owned);
        let protocol = fill(&self.protocol).to_ascii_lowercase();
        let mut location =
            format!("{protocol}://{}:{}{}", fill(&self.host), fill(&self.port), fill(&self.path));
        let query = fill(&self.query);
        if !query.is_empty() {
            location.extend(["?", &query]);
        }
        location
    }
}

/// Replaces the keywords from left to right. Text of the request is not searched for keywords. `literal` converts the
/// text between the keywords.
pub(crate) fn fill(text: &str, values: &[(&str, &str)], literal: fn(&str) -> String) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("#{") {
        result.push_str(&literal(before));
        let keyword = after.split_once('}');
        let known = keyword.and_then(|(name, tail)| {
            values.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value, tail))
        });
        if let Some((value, tail)) = known {
            result.push_str(value);
            rest = tail;
        } else {
            result.push_str(&literal("#{"));
            rest = after;
        }
    }
    result + &literal(rest)
}

/// Checks that all keywords of a part are allowed there.
fn keywords(part: &str, text: &str, allowed: &[&str]) -> Result<(), String> {
    for after in text.split("#{").skip(1) {
        let name = after.split_once('}').map_or(after, |(name, _)| name);
        if !allowed.contains(&name) {
            return Err(format!("{part} cannot contain #{{{name}}}"));
        }
    }
    Ok(())
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, protocol, host, port, path, query } = self;
        let protocol = protocol.to_ascii_lowercase();
        write!(f, "redirect {status} {protocol}://{host}:{port}{path}")?;
        if query.is_empty() { Ok(()) } else { write!(f, "?{query}") }
    }
}
