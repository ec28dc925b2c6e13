//! The version of the operating system, compared part by part.

use serde::{Deserialize, Deserializer};

use super::{Subject, Targeting};
use crate::rejection::Rejection;
use crate::version::Version;

/// Versions from `min` to `max`, both included; an end left out is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OsVersionRange {
    /// The oldest.
    #[serde(deserialize_with = "version")]
    pub min: Option<Version>,
    /// The newest.
    #[serde(deserialize_with = "version")]
    pub max: Option<Version>,
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Version>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let OsVersionRange { min, max } = targeting.os_versions;
    if min.is_none() && max.is_none() {
        return None;
    }
    let admitted = subject
        .query
        .os_version
        .is_some_and(|found| min.is_none_or(|min| min <= found) && max.is_none_or(|max| found <= max));
    (!admitted).then_some(Rejection::OsVersion)
}
