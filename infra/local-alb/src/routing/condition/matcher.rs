//! One value of a condition that may be a wildcard pattern or a regular expression.

use std::fmt;

use super::super::expression::Expression;
use super::super::pattern::{CaseRule, Pattern};
use super::super::place::Place;
use super::values::Written;
use crate::template::LoadError;

const EXPRESSION_LENGTH_MAX: usize = 128;

/// A value of a condition.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// From `Values`.
    Wildcard(Pattern),
    /// From `RegexValues`.
    Regex(Expression),
}

impl Matcher {
    /// The matchers of a condition. `pattern` reads one of its `Values`, or gives the reason for which it is invalid.
    pub(super) fn read(
        place: Place<'_>,
        written: Written<'_>,
        case: CaseRule,
        pattern: impl Fn(&str) -> Result<Pattern, String>,
    ) -> Result<Vec<Self>, LoadError> {
        let mut matchers = Vec::new();
        for (line, text) in written.texts(place)? {
            let matcher = if written.regex {
                expression(text, case).map(Self::Regex)
            } else {
                pattern(text).map(Self::Wildcard)
            };
            matchers.push(matcher.map_err(|message| place.error(line, message))?);
        }
        Ok(matchers)
    }

    pub(super) fn matches(&self, subject: &str) -> bool {
        match self {
            Self::Wildcard(pattern) => pattern.matches(subject),
            Self::Regex(expression) => expression.matches(subject),
        }
    }

    /// The number of wildcards. A regular expression counts none.
    pub(super) fn wildcards(&self) -> usize {
        match self {
            Self::Wildcard(pattern) => pattern.wildcards(),
            Self::Regex(_) => 0,
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wildcard(pattern) => f.write_str(pattern.as_str()),
            Self::Regex(expression) => write!(f, "regex {}", expression.as_str()),
        }
    }
}

fn expression(text: &str, case: CaseRule) -> Result<Expression, String> {
    if text.is_empty() || text.len() > EXPRESSION_LENGTH_MAX {
        return Err(format!("a regular expression has 1 to {EXPRESSION_LENGTH_MAX} characters"));
    }
    Expression::new(text, case).map_err(|reason| format!("regular expression \"{text}\": {reason}"))
}
