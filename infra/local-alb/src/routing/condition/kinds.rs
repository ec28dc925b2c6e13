//! A condition of any of the six fields.

use std::fmt;

use super::super::facts::RequestFacts;
use super::super::place::Place;
use super::host_header::{self, HostHeader};
use super::http_header::{self, HttpHeader};
use super::http_request_method::{self, HttpRequestMethod};
use super::matcher::Matcher;
use super::path_pattern::{self, PathPattern};
use super::query_string::{self, QueryString};
use super::source_ip::{self, SourceIp};
use crate::template::{LoadError, Value};

/// One condition; its values are alternatives.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `host-header`.
    HostHeader(HostHeader),
    /// `http-header`.
    HttpHeader(HttpHeader),
    /// `http-request-method`.
    HttpRequestMethod(HttpRequestMethod),
    /// `path-pattern`.
    PathPattern(PathPattern),
    /// `query-string`.
    QueryString(QueryString),
    /// `source-ip`.
    SourceIp(SourceIp),
}

impl Condition {
    /// Whether the condition holds for a request.
    #[must_use]
    pub fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        match self {
            Self::HostHeader(condition) => condition.matches(facts),
            Self::HttpHeader(condition) => condition.matches(facts),
            Self::HttpRequestMethod(condition) => condition.matches(facts),
            Self::PathPattern(condition) => condition.matches(facts),
            Self::QueryString(condition) => condition.matches(facts),
            Self::SourceIp(condition) => condition.matches(facts),
        }
    }

    /// The field as templates call it.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::HostHeader(_) => host_header::FIELD,
            Self::HttpHeader(_) => http_header::FIELD,
            Self::HttpRequestMethod(_) => http_request_method::FIELD,
            Self::PathPattern(_) => path_pattern::FIELD,
            Self::QueryString(_) => query_string::FIELD,
            Self::SourceIp(_) => source_ip::FIELD,
        }
    }

    /// The subject of the condition: the field, and for `http-header` the header too.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::HttpHeader(condition) => format!("{} {}", http_header::FIELD, condition.name),
            _ => self.field().to_owned(),
        }
    }

    /// The values in the order of the template.
    #[must_use]
    pub fn values(&self) -> Vec<String> {
        match self {
            Self::HostHeader(HostHeader(matchers))
            | Self::PathPattern(PathPattern(matchers))
            | Self::HttpHeader(HttpHeader { matchers, .. }) => {
                matchers.iter().map(ToString::to_string).collect()
            }
            Self::HttpRequestMethod(condition) => condition.0.clone(),
            Self::QueryString(condition) => condition.0.iter().map(ToString::to_string).collect(),
            Self::SourceIp(condition) => condition.0.iter().map(ToString::to_string).collect(),
        }
    }

    /// The value of the request that the condition compares.
    #[must_use]
    pub fn found(&self, facts: &RequestFacts<'_>) -> String {
        let found = match self {
            Self::HostHeader(_) => facts.host.unwrap_or_default().to_owned(),
            Self::HttpHeader(condition) => facts.header(&condition.name).collect::<Vec<_>>().join(" | "),
            Self::HttpRequestMethod(_) => facts.method.to_owned(),
            Self::PathPattern(_) => facts.path.clone().into_owned(),
            Self::QueryString(_) => facts.query.to_owned(),
            Self::SourceIp(_) => facts.source.to_string(),
        };
        if found.is_empty() { "nothing".to_owned() } else { found }
    }

    /// Whether a rule may have several conditions of this field.
    pub(in crate::routing) fn may_repeat(&self) -> bool {
        matches!(self, Self::HttpHeader(_) | Self::QueryString(_))
    }

    /// The number of wildcards, of which a rule may have five.
    pub(in crate::routing) fn wildcards(&self) -> usize {
        match self {
            Self::HostHeader(HostHeader(matchers))
            | Self::PathPattern(PathPattern(matchers))
            | Self::HttpHeader(HttpHeader { matchers, .. }) => matchers.iter().map(Matcher::wildcards).sum(),
            Self::QueryString(condition) => condition.wildcards(),
            Self::HttpRequestMethod(_) | Self::SourceIp(_) => 0,
        }
    }

    pub(in crate::routing) fn read(place: Place<'_>, value: &Value) -> Result<Self, LoadError> {
        let Some(field) = value.get("Field") else {
            return Err(place.error(value.line, "a condition needs a Field"));
        };
        match field.text().unwrap_or_default() {
            host_header::FIELD => HostHeader::read(place, value).map(Self::HostHeader),
            http_header::FIELD => HttpHeader::read(place, value).map(Self::HttpHeader),
            http_request_method::FIELD => HttpRequestMethod::read(place, value).map(Self::HttpRequestMethod),
            path_pattern::FIELD => PathPattern::read(place, value).map(Self::PathPattern),
            query_string::FIELD => QueryString::read(place, value).map(Self::QueryString),
            source_ip::FIELD => SourceIp::read(place, value).map(Self::SourceIp),
            other => Err(place.error(field.line, format!("there is no condition field \"{other}\""))),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject(), self.values().join(" | "))
    }
}
