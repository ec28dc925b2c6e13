//! The conditions of a rule, a file per field.

mod host_header;
mod http_request_method;
mod path_pattern;
mod values;

use std::fmt;

pub use host_header::HostHeader;
pub use http_request_method::HttpRequestMethod;
pub use path_pattern::PathPattern;

use super::facts::RequestFacts;
use super::load::Place;
use crate::template::{LoadError, Value};

/// One condition; its values are alternatives.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `host-header`.
    HostHeader(HostHeader),
    /// `http-request-method`.
    HttpRequestMethod(HttpRequestMethod),
    /// `path-pattern`.
    PathPattern(PathPattern),
}

impl Condition {
    /// Whether the condition holds for a request.
    #[must_use]
    pub fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        match self {
            Self::HostHeader(condition) => condition.matches(facts),
            Self::HttpRequestMethod(condition) => condition.matches(facts),
            Self::PathPattern(condition) => condition.matches(facts),
        }
    }

    /// The field as templates call it.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::HostHeader(_) => host_header::FIELD,
            Self::HttpRequestMethod(_) => http_request_method::FIELD,
            Self::PathPattern(_) => path_pattern::FIELD,
        }
    }

    /// The values in the order of the template.
    #[must_use]
    pub fn values(&self) -> Vec<&str> {
        match self {
            Self::HostHeader(condition) => condition.values(),
            Self::HttpRequestMethod(condition) => condition.values(),
            Self::PathPattern(condition) => condition.values(),
        }
    }

    /// The number of wildcards, of which a rule may have five.
    pub(super) fn wildcards(&self) -> usize {
        match self {
            Self::HostHeader(condition) => condition.wildcards(),
            Self::PathPattern(condition) => condition.wildcards(),
            Self::HttpRequestMethod(_) => 0,
        }
    }

    pub(super) fn read(place: Place<'_>, value: &Value) -> Result<Self, LoadError> {
        let Some(field) = value.get("Field").and_then(Value::text) else {
            return Err(place.error(value.line, "a condition needs a Field"));
        };
        match field {
            host_header::FIELD => HostHeader::read(place, value).map(Self::HostHeader),
            http_request_method::FIELD => HttpRequestMethod::read(place, value).map(Self::HttpRequestMethod),
            path_pattern::FIELD => PathPattern::read(place, value).map(Self::PathPattern),
            _ => {
                let line = value.get("Field").map_or(value.line, |node| node.line);
                Err(place.error(line, format!("condition field \"{field}\" is not supported yet")))
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field(), self.values().join(" | "))
    }
}
