//! What one environment answered between two flushes: requests and why they were not filled, slots handed out, and a
//! sample of requests. The counts are approximate and never billed; no part of them names a user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use jiff::tz::TimeZone;

use crate::query::Query;
use crate::time::EpochSeconds;
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

/// Numbers of showings that are told apart; any other is rounded down to the next.
const SEEN_CLASSES: [u32; 10] = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55];

/// How many items a user has seen before a request, in few classes: what caps have used up follows from it, and no user.
///
/// It is written as one text (`3/21`): a reader of an earlier release takes any text that it does not know for one of the
/// phone, and fails at a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Seen {
    /// On the user's present day.
    pub today: u32,
    /// In the user's present week.
    pub this_week: u32,
}

impl From<Seen> for String {
    fn from(Seen { today, this_week }: Seen) -> Self {
        format!("{today}/{this_week}")
    }
}

impl TryFrom<String> for Seen {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts = text.split_once('/').map(|(today, this_week)| (today.parse(), this_week.parse()));
        match parts {
            Some((Ok(today), Ok(this_week))) => Ok(Self { today, this_week }),
            _ => Err("two numbers with a slash between them are expected"),
        }
    }
}

impl Seen {
    /// What a user with such a state has seen; `None` where the state is not known, and of users who limit tracking.
    #[must_use]
    pub fn of(query: &Query, state: &UserState, now: EpochSeconds, zone: &TimeZone) -> Option<Self> {
        if query.limit_ad_tracking || state.source == Source::Unknown {
            return None;
        }
        let [today, this_week] = state.seen(now, zone).map(class_of);
        Some(Self { today, this_week })
    }

    /// How many items of the day a user of the class has seen in the middle.
    #[must_use]
    pub fn today_in_the_middle(self) -> u32 {
        let next = SEEN_CLASSES.into_iter().find(|&class| class > self.today);
        next.map_or(self.today, |next| u32::midpoint(self.today, next - 1))
    }
}

fn class_of(count: u32) -> u32 {
    SEEN_CLASSES.into_iter().rev().find(|&class| class <= count).unwrap_or(0)
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
    /// What the user has seen before; `None`: it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
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
        (history, seen): (HistoryClass, Option<Seen>),
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
            seen,
            slots,
            no_fill_reason: no_fill_reason.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Buckets;
    use crate::user_state::History;

    #[test]
    fn what_was_seen_is_told_in_classes_by_day_and_week_and_not_of_who_limits_tracking() {
        let at = |instant: &str| instant.parse::<EpochSeconds>().unwrap();
        let (zone, now) = (TimeZone::UTC, at("2026-11-26T12:00:00Z"));
        let mut state = UserState::new_user();
        let query = Query::default();
        assert_eq!(Seen::of(&query, &state, now, &zone), Some(Seen { today: 0, this_week: 0 }));
        for (id, instant, count) in [("li-1", "2026-11-26T01:00:00Z", 4), ("li-2", "2026-11-24T01:00:00Z", 9)]
        {
            let once = History::once(at(instant), &Buckets::at(at(instant), &zone));
            let mut history = once;
            (1..count).for_each(|_| history.add(&once));
            state.line_items.insert(id.to_owned(), history);
        }
        state.contents.insert("ct-1".to_owned(), at("2026-11-26T00:30:00Z"));
        state.contents.insert("ct-2".to_owned(), at("2026-11-22T23:59:00Z"));
        let seen = Seen::of(&query, &state, now, &zone);
        assert_eq!(seen, Some(Seen { today: 5, this_week: 13 }), "5 of the day, 14 of the week");
        let middles = [0, 1, 2, 3, 5, 13, 55].map(|today| Seen { today, this_week: 0 }.today_in_the_middle());
        assert_eq!(middles, [0, 1, 2, 3, 6, 16, 55]);
        assert_eq!(Seen::of(&query, &UserState::default(), now, &zone), None);
        let limited = Query { limit_ad_tracking: true, ..Query::default() };
        assert_eq!(Seen::of(&limited, &state, now, &zone), None);
    }
}
