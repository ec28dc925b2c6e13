//! `path-pattern`: the path without the query, case-sensitive.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>.

use super::super::facts::RequestFacts;
use super::super::pattern::{CaseRule, Pattern};
use super::super::place::Place;
use super::matcher::Matcher;
use super::values::{self, Form};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "path-pattern";
const FORM: Form = Form { config: "PathPatternConfig", legacy: true, regex: true, setting: None };
const LENGTH_MAX: usize = 128;
const PUNCTUATION: &str = "_-.$/~\"'@:+&*?";

/// The patterns, any of which may match.
#[derive(Debug, Clone)]
pub struct PathPattern(pub(super) Vec<Matcher>);

impl PathPattern {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let written = values::read(place, condition, FORM)?;
        Matcher::read(place, written, CaseRule::Sensitive, pattern).map(Self)
    }

    /// The alternatives.
    pub(crate) fn matchers(&self) -> &[Matcher] {
        &self.0
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        self.0.iter().any(|matcher| matcher.matches(&facts.path))
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    let known = |c: char| c.is_ascii_alphanumeric() || PUNCTUATION.contains(c);
    if text.is_empty() || text.len() > LENGTH_MAX || !text.chars().all(known) {
        return Err(format!(
            "path pattern \"{text}\" must be 1 to {LENGTH_MAX} of A-Z, a-z, 0-9 and {PUNCTUATION}"
        ));
    }
    Ok(Pattern::case_sensitive(text))
}
