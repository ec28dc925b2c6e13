//! A user's history in a fixture.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use lockfill_models::time::{Buckets, EpochSeconds};
use lockfill_models::user_state::{History, Source, UserState, WindowCount};
use serde::Deserialize;

/// Counts of the windows that are current at `counted_at`, or else at the fixture's `now`, in the zone `counted_in`,
/// or else in the request's; a count that is left out is 0.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct HistoryDocument {
    last_shown_at: EpochSeconds,
    counted_at: Option<EpochSeconds>,
    counted_in: Option<String>,
    lifetime: u32,
    #[serde(default)]
    minute: u32,
    #[serde(default)]
    hour: u32,
    #[serde(default)]
    day: u32,
    #[serde(default)]
    week: u32,
}

/// What is stored about a user.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UserStateDocument {
    line_items: BTreeMap<String, HistoryDocument>,
    campaigns: BTreeMap<String, HistoryDocument>,
    advertisers: BTreeMap<String, HistoryDocument>,
    contents: BTreeMap<String, EpochSeconds>,
    first_seen_at: Option<EpochSeconds>,
}

impl UserStateDocument {
    pub(crate) fn stored(&self, now: EpochSeconds, zone: &TimeZone) -> UserState {
        UserState {
            source: Source::Stored,
            line_items: histories(&self.line_items, now, zone),
            campaigns: histories(&self.campaigns, now, zone),
            advertisers: histories(&self.advertisers, now, zone),
            contents: self.contents.iter().map(|(id, &at)| (id.clone(), at)).collect(),
            first_seen_at: self.first_seen_at,
        }
    }
}

fn histories(
    documents: &BTreeMap<String, HistoryDocument>,
    now: EpochSeconds,
    zone: &TimeZone,
) -> HashMap<String, History> {
    documents.iter().map(|(id, document)| (id.clone(), document.history(now, zone))).collect()
}

impl HistoryDocument {
    fn history(&self, now: EpochSeconds, zone: &TimeZone) -> History {
        let counted_in = self.counted_in.as_ref().map(|name| TimeZone::get(name).expect("a zone"));
        let windows = Buckets::at(self.counted_at.unwrap_or(now), counted_in.as_ref().unwrap_or(zone));
        let in_window = |bucket, count| WindowCount { bucket, count };
        History {
            lifetime: self.lifetime,
            last_shown_at: self.last_shown_at,
            minute: in_window(windows.minute, self.minute),
            hour: in_window(windows.hour, self.hour),
            day: in_window(windows.day, self.day),
            week: in_window(windows.week, self.week),
        }
    }
}
