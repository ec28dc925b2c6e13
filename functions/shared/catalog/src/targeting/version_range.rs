//! A range of versions.

use std::fmt;

use serde::Deserialize;

use lockfill_models::vocabulary::Version;

/// Versions from `min` to `max`, both included; an end left out is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VersionRange {
    /// The oldest.
    pub min: Option<Version>,
    /// The newest.
    pub max: Option<Version>,
}

impl VersionRange {
    /// Whether a version is in the range. An absent version is admitted only if the range sets no condition.
    #[must_use]
    pub fn admits(&self, found: Option<Version>) -> bool {
        let Some(found) = found else { return self.min.is_none() && self.max.is_none() };
        self.min.is_none_or(|min| min <= found) && self.max.is_none_or(|max| found <= max)
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (None, None) => formatter.write_str("any"),
            (Some(min), None) => write!(formatter, "{min} or newer"),
            (None, Some(max)) => write!(formatter, "{max} or older"),
            (Some(min), Some(max)) => write!(formatter, "{min} to {max}"),
        }
    }
}
