//! Text in which letters count in either case.

use std::fmt;

use serde::Deserialize;

/// Text that equals another whatever the case of its ASCII letters. Other letters are what they are, so that
/// two languages agree on it.
#[derive(Debug, Clone, Eq, Deserialize)]
#[serde(transparent)]
pub struct Folded(String);

impl From<String> for Folded {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl PartialEq for Folded {
    fn eq(&self, other: &Self) -> bool {
        *self == *other.0
    }
}

impl PartialEq<str> for Folded {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl fmt::Display for Folded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
