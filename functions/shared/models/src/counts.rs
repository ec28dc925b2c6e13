//! What one environment answered between two flushes: requests and why they were not filled, slots handed out, and a
//! sample of requests. The counts are approximate and never billed; no part of them names a user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::query::Query;
use crate::user_state::{Source, UserState};
use crate::vocabulary::{BirthYear, ShortText};

/// A user with so many items in the history is a heavy one.
const HEAVY_ITEMS: usize = 20;
/// The most entries of a list or map that a sample keeps.
const SAMPLED_MAX: usize = 20;

/// The counts of one environment between two flushes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentCounts {
    /// Epoch seconds of the first request.
    pub from: i64,
    /// Epoch seconds of the flush.
    pub until: i64,
    /// Kind of allocation (`ads`, `contents`, `lockscreen`), unit id, outcome (`filled`, or `no_fill:` and the reason),
    /// and how many. The unit `*` stands for all that there was no room for.
    pub requests: Vec<(String, String, String, u64)>,
    /// How many slots of each line item were handed out; the id `*` stands for all that there was no room for.
    pub handed_out: Vec<(String, u64)>,
    /// Some of the requests.
    pub samples: Samples,
}

/// Some of many requests, each with the same chance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    /// Of how many requests.
    pub of: u64,
    /// The sampled ones.
    pub requests: Vec<Sample>,
}

/// How much is known of what a user has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HistoryClass {
    /// Nothing was ever shown.
    New,
    /// A few items.
    Light,
    /// Twenty items or more.
    Heavy,
    /// The history may not be read, or could not be.
    Unknown,
}

impl HistoryClass {
    /// The class of a state.
    #[must_use]
    pub fn of(state: &UserState) -> Self {
        if state.source != Source::Stored {
            return Self::Unknown;
        }
        match state.line_items.len() + state.contents.len() {
            0 => Self::New,
            1..HEAVY_ITEMS => Self::Light,
            _ => Self::Heavy,
        }
    }
}

/// One request, without what tells users apart: no user, no device id, no report of the device, and a position to a
/// tenth of a degree. Of a user who limits tracking there is nothing but the kind of phone and where it may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the query")]
pub struct Sample {
    pub kind: String,
    pub unit_id: String,
    /// See [`Query::of_the_phone`].
    #[serde(flatten)]
    pub phone: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<i16>,
    /// Latitude and longitude in tenths of a degree, rounded down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenths_of_degrees: Option<(i64, i64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub key_values: BTreeMap<String, String>,
    pub limit_ad_tracking: bool,
    pub history: HistoryClass,
    /// How many slots the answer has.
    pub slots: usize,
    pub no_fill_reason: Option<String>,
}

impl Sample {
    /// The sample of a request and its answer.
    #[must_use]
    pub fn of(
        kind: &str,
        query: &Query,
        history: HistoryClass,
        slots: usize,
        no_fill_reason: Option<&str>,
    ) -> Self {
        let is_limited = query.limit_ad_tracking;
        let texts = |texts: &[ShortText]| {
            let kept = if is_limited { 0 } else { SAMPLED_MAX };
            texts.iter().take(kept).map(ToString::to_string).collect::<Vec<_>>()
        };
        let personal = query.key_values.iter().take(if is_limited { 0 } else { SAMPLED_MAX });
        let tenths = |microdegrees: i64| microdegrees.div_euclid(100_000);
        let position = query.position.filter(|_| !is_limited);
        Self {
            kind: kind.to_owned(),
            unit_id: query.unit_id.to_string(),
            phone: query.of_the_phone().map(|(name, value)| (name.to_owned(), value)).collect(),
            gender: query.gender.filter(|_| !is_limited).map(|gender| gender.to_string()),
            birth_year: query.birth_year.filter(|_| !is_limited).map(BirthYear::get),
            tenths_of_degrees: position
                .map(|it| (tenths(it.latitude_microdegrees), tenths(it.longitude_microdegrees))),
            interests: texts(&query.interests),
            segments: texts(&query.segments),
            packages: texts(&query.packages),
            key_values: personal.map(|(key, value)| (key.to_string(), value.to_string())).collect(),
            limit_ad_tracking: is_limited,
            history,
            slots,
            no_fill_reason: no_fill_reason.map(str::to_owned),
        }
    }
}
