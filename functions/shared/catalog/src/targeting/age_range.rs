//! A range of ages in years.

use std::fmt;

use serde::Deserialize;

/// Ages from `min` to `max`, both included; an end left out is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AgeRange {
    /// The youngest, in years.
    pub min: Option<i16>,
    /// The oldest, in years.
    pub max: Option<i16>,
}

impl fmt::Display for AgeRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (None, None) => formatter.write_str("any age"),
            (Some(min), None) => write!(formatter, "{min} and older"),
            (None, Some(max)) => write!(formatter, "up to {max}"),
            (Some(min), Some(max)) => write!(formatter, "{min} to {max}"),
        }
    }
}

impl AgeRange {
    fn contains(self, age: i16) -> bool {
        self.min.is_none_or(|min| min <= age) && self.max.is_none_or(|max| age <= max)
    }
}

/// Ranges of ages; the user must be in one of them. No range sets no condition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct AgeRanges(pub Vec<AgeRange>);

impl AgeRanges {
    /// Whether an age is in one of the ranges. An age that is not known is admitted only where nothing is
    /// asked.
    #[must_use]
    pub fn admits(&self, age: Option<i16>) -> bool {
        self.0.is_empty() || age.is_some_and(|age| self.0.iter().any(|range| range.contains(age)))
    }
}

impl fmt::Display for AgeRanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.iter().map(AgeRange::to_string).collect::<Vec<_>>().join(" or "))
    }
}
