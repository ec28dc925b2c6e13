//! `path-pattern`: the path without the query, case-sensitive.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>.

use super::super::facts::RequestFacts;
use super::super::load::Place;
use super::super::pattern::Pattern;
use super::values::{self, Legacy};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "path-pattern";
const LENGTH_MAX: usize = 128;
const PUNCTUATION: &str = "_-.$/~\"'@:+&*?";

/// The patterns, any of which may match.
#[derive(Debug, Clone)]
pub struct PathPattern(Vec<Pattern>);

impl PathPattern {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let values = values::read(place, condition, "PathPatternConfig", Legacy::Allowed)?;
        let mut patterns = Vec::new();
        for (line, text) in values {
            let known = |c: char| c.is_ascii_alphanumeric() || PUNCTUATION.contains(c);
            if text.is_empty() || text.len() > LENGTH_MAX || !text.chars().all(known) {
                let message =
                    format!("path pattern \"{text}\" must be 1 to 128 of A-Z, a-z, 0-9 and {PUNCTUATION}");
                return Err(place.error(line, message));
            }
            patterns.push(Pattern::case_sensitive(text));
        }
        Ok(Self(patterns))
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        self.0.iter().any(|pattern| pattern.matches(&facts.path))
    }

    pub(super) fn values(&self) -> Vec<&str> {
        self.0.iter().map(Pattern::as_str).collect()
    }

    pub(super) fn wildcards(&self) -> usize {
        self.0.iter().map(Pattern::wildcards).sum()
    }
}
