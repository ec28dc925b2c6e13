//! `host-header`: the first Host header without its port, case-insensitive.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>.

use super::super::facts::RequestFacts;
use super::super::load::Place;
use super::super::pattern::Pattern;
use super::values::{self, Legacy};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "host-header";
const LENGTH_MAX: usize = 128;

/// The patterns, any of which may match.
#[derive(Debug, Clone)]
pub struct HostHeader(Vec<Pattern>);

impl HostHeader {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let values = values::read(place, condition, "HostHeaderConfig", Legacy::Allowed)?;
        let mut patterns = Vec::new();
        for (line, text) in values {
            if !valid(text) {
                let message = format!(
                    "host \"{text}\" must be 1 to 128 of A-Z, a-z, 0-9 and -.*? \
                     with a dot that only letters follow"
                );
                return Err(place.error(line, message));
            }
            patterns.push(Pattern::case_insensitive(text));
        }
        Ok(Self(patterns))
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        facts.host.is_some_and(|host| self.0.iter().any(|pattern| pattern.matches(host)))
    }

    pub(super) fn values(&self) -> Vec<&str> {
        self.0.iter().map(Pattern::as_str).collect()
    }

    pub(super) fn wildcards(&self) -> usize {
        self.0.iter().map(Pattern::wildcards).sum()
    }
}

fn valid(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-.*?".contains(c);
    let Some((_, last)) = text.rsplit_once('.') else { return false };
    text.len() <= LENGTH_MAX
        && text.chars().all(known)
        && !last.is_empty()
        && last.chars().all(|c| c.is_ascii_alphabetic())
}
