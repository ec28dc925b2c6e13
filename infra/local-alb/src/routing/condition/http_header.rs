//! `http-header`: a header's value; its name and its value are case-insensitive.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpHeaderConditionConfig.html>.

use hyper::header::HeaderName;

use super::super::facts::RequestFacts;
use super::super::pattern::{CaseRule, Pattern};
use super::super::place::Place;
use super::matcher::Matcher;
use super::values::{self, Form};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "http-header";
const NAME: &str = "HttpHeaderName";
const FORM: Form = Form { config: "HttpHeaderConfig", legacy: false, regex: true, setting: Some(NAME) };
const NAME_LENGTH_MAX: usize = 40;
const LENGTH_MAX: usize = 128;

/// The header's name, and the patterns, any of which may match any of its values.
#[derive(Debug, Clone)]
pub struct HttpHeader {
    /// The name as the template writes it.
    pub name: String,
    pub(super) matchers: Vec<Matcher>,
}

impl HttpHeader {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let written = values::read(place, condition, FORM)?;
        let name = condition.get(FORM.config).and_then(|config| config.get(NAME));
        let text = name.and_then(Value::text).unwrap_or_default();
        let line = name.map_or(condition.line, |name| name.line);
        // `*` is a valid character of a header name, but AWS takes no wildcard in it.
        let known =
            text.len() <= NAME_LENGTH_MAX && !text.contains('*') && text.parse::<HeaderName>().is_ok();
        if !known {
            let message = format!(
                "{NAME} \"{text}\" must be a header's name of 1 to {NAME_LENGTH_MAX} characters, \
                 without wildcards"
            );
            return Err(place.error(line, message));
        }
        if text.eq_ignore_ascii_case("host") {
            return Err(place.error(line, "for the Host header there is the condition host-header"));
        }
        let matchers = Matcher::read(place, written, CaseRule::Insensitive, pattern)?;
        Ok(Self { name: text.to_owned(), matchers })
    }

    /// The alternatives.
    pub(crate) fn matchers(&self) -> &[Matcher] {
        &self.matchers
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        facts.header(&self.name).any(|value| self.matchers.iter().any(|matcher| matcher.matches(&value)))
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    if text.is_empty() || text.len() > LENGTH_MAX || text.chars().any(char::is_control) {
        return Err(format!("header value \"{text}\" must be 1 to {LENGTH_MAX} printable characters"));
    }
    Ok(Pattern::case_insensitive(text))
}
