//! `host-header`: the first Host header without its port, case-insensitive.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>.

use super::super::facts::RequestFacts;
use super::super::pattern::{CaseRule, Pattern};
use super::super::place::Place;
use super::matcher::Matcher;
use super::values::{self, Form};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "host-header";
const FORM: Form = Form { config: "HostHeaderConfig", legacy: true, regex: true, setting: None };
const LENGTH_MAX: usize = 128;

/// The patterns, any of which may match.
#[derive(Debug, Clone)]
pub struct HostHeader(pub(super) Vec<Matcher>);

impl HostHeader {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let written = values::read(place, condition, FORM)?;
        Matcher::read(place, written, CaseRule::Insensitive, pattern).map(Self)
    }

    /// The alternatives.
    pub(crate) fn matchers(&self) -> &[Matcher] {
        &self.0
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        facts.host.is_some_and(|host| self.0.iter().any(|matcher| matcher.matches(host)))
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    if valid(text) {
        return Ok(Pattern::case_insensitive(text));
    }
    Err(format!(
        "host \"{text}\" must be 1 to {LENGTH_MAX} of A-Z, a-z, 0-9 and -.*? \
         with a dot, after the last of which are letters or wildcards"
    ))
}

fn valid(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-.*?".contains(c);
    let Some((_, last)) = text.rsplit_once('.') else { return false };
    text.len() <= LENGTH_MAX
        && text.chars().all(known)
        && !last.is_empty()
        && last.chars().all(|c| c.is_ascii_alphabetic() || "*?".contains(c))
}
