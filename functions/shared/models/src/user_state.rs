//! The history of a user: the items that the user has seen.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::time::{Buckets, EpochSeconds, Window};
use crate::vocabulary::Shown;

/// A count of one window. In any other window the count is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowCount {
    /// The window's number, see [`Buckets`].
    pub bucket: i64,
    /// Showings in it.
    pub count: u32,
}

impl WindowCount {
    const fn in_bucket(self, bucket: i64) -> u32 {
        if self.bucket == bucket { self.count } else { 0 }
    }

    fn add(&mut self, other: Self) {
        if self.count == 0 || self.bucket < other.bucket {
            *self = other;
        } else if self.bucket == other.bucket {
            self.count = self.count.saturating_add(other.count);
        }
    }
}

/// How often, and when last, a user saw a line item, a campaign or an advertiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// Showings in all.
    pub lifetime: u32,
    /// The last showing.
    pub last_shown_at: EpochSeconds,
    /// Showings in the last minute that had any.
    pub minute: WindowCount,
    /// Showings in the last hour that had any.
    pub hour: WindowCount,
    /// Showings on the last local day that had any.
    pub day: WindowCount,
    /// Showings in the last local week that had any.
    pub week: WindowCount,
}

impl History {
    /// Showings in the window that holds `now`.
    #[must_use]
    pub const fn count(&self, window: Window, now: &Buckets) -> u32 {
        match window {
            Window::Minute => self.minute.in_bucket(now.minute),
            Window::Hour => self.hour.in_bucket(now.hour),
            Window::Day => self.day.in_bucket(now.day),
            Window::Week => self.week.in_bucket(now.week),
            Window::Lifetime => self.lifetime,
        }
    }

    /// One showing.
    #[must_use]
    pub fn once(now: EpochSeconds, buckets: &Buckets) -> Self {
        let once = |bucket| WindowCount { bucket, count: 1 };
        Self {
            lifetime: 1,
            last_shown_at: now,
            minute: once(buckets.minute),
            hour: once(buckets.hour),
            day: once(buckets.day),
            week: once(buckets.week),
        }
    }

    /// The history that follows from a device's own report. The report holds the number of showings since local
    /// midnight and the time of the last one. All of them are counted in the minute and the hour of the last
    /// showing, so that no cap is broken.
    ///
    /// A device's clock may be ahead: a showing in the future counts as one of now.
    fn reported(shown: &Shown, now: EpochSeconds, buckets: &Buckets) -> Self {
        let last_shown_at = shown.last_shown_at.min(now);
        let in_bucket = |bucket| WindowCount { bucket, count: shown.count };
        Self {
            lifetime: shown.count,
            last_shown_at,
            minute: in_bucket(last_shown_at.0.div_euclid(60)),
            hour: in_bucket(last_shown_at.0.div_euclid(3_600)),
            day: in_bucket(buckets.day),
            week: in_bucket(buckets.week),
        }
    }

    /// Adds showings. Each count keeps the newest window: showings of an older window are added to the lifetime
    /// alone.
    pub fn add(&mut self, other: &Self) {
        self.lifetime = self.lifetime.saturating_add(other.lifetime);
        self.last_shown_at = self.last_shown_at.max(other.last_shown_at);
        self.minute.add(other.minute);
        self.hour.add(other.hour);
        self.day.add(other.day);
        self.week.add(other.week);
    }
}

/// Where a user's history comes from. Caps are held against it accordingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// Stored state was read.
    Stored,
    /// Stored state may not or cannot be read, and the device reported what it showed.
    Device,
    /// Stored state may not or cannot be read, and the device reported nothing: a soft-capped line item gets at
    /// most one slot, a hard-capped one gets none.
    #[default]
    Unknown,
}

/// One user's history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserState {
    /// Where it comes from.
    pub source: Source,
    /// By line item id.
    pub line_items: HashMap<String, History>,
    /// By campaign id.
    pub campaigns: HashMap<String, History>,
    /// By advertiser id.
    pub advertisers: HashMap<String, History>,
    /// When each recently seen content was last seen, by content id.
    pub contents: HashMap<String, EpochSeconds>,
    /// When the user was first seen.
    pub first_seen_at: Option<EpochSeconds>,
}

impl UserState {
    /// The state of a user of whom the store holds nothing yet.
    #[must_use]
    pub fn new_user() -> Self {
        Self { source: Source::Stored, ..Self::default() }
    }

    /// Adds what is stored of the same user under another name. Each showing is stored under one of them.
    pub fn merge(&mut self, other: &Self) {
        for (own, others) in [
            (&mut self.line_items, &other.line_items),
            (&mut self.campaigns, &other.campaigns),
            (&mut self.advertisers, &other.advertisers),
        ] {
            for (id, history) in others {
                add(own, id, history);
            }
        }
        for (id, seen_at) in &other.contents {
            let own = self.contents.entry(id.clone()).or_insert(*seen_at);
            *own = (*own).max(*seen_at);
        }
        self.first_seen_at = self.first_seen_at.into_iter().chain(other.first_seen_at).min();
    }

    /// The state that follows from a device's own report. `owner_of` names the campaign and the advertiser of a line
    /// item; any other item counts as a seen content.
    pub fn reported<'a>(
        shown: &[Shown],
        now: EpochSeconds,
        zone: &TimeZone,
        owner_of: impl Fn(&str) -> Option<(&'a str, &'a str)>,
    ) -> Self {
        let buckets = Buckets::at(now, zone);
        let mut state = Self { source: Source::Device, ..Self::default() };
        for item in shown.iter().filter(|item| item.count > 0) {
            let Some((campaign_id, advertiser_id)) = owner_of(&item.item_id) else {
                state.contents.insert(item.item_id.to_string(), item.last_shown_at);
                continue;
            };
            let history = History::reported(item, now, &buckets);
            add(&mut state.line_items, &item.item_id, &history);
            add(&mut state.campaigns, campaign_id, &history);
            add(&mut state.advertisers, advertiser_id, &history);
        }
        state
    }
}

fn add(histories: &mut HashMap<String, History>, id: &str, history: &History) {
    histories.entry(id.to_owned()).and_modify(|sum| sum.add(history)).or_insert(*history);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{Identifier, Vocabulary};

    #[test]
    fn what_is_stored_under_two_names_is_added_up() {
        let history = |at: &str| {
            let now: EpochSeconds = at.parse().unwrap();
            History::once(now, &Buckets::at(now, &TimeZone::UTC))
        };
        let (earlier, later) = (history("2026-11-22T12:00:30Z"), history("2026-11-22T13:00:00Z"));
        let state = |history: History, content: &str| UserState {
            line_items: HashMap::from([("li-1".to_owned(), history)]),
            contents: HashMap::from([
                ("ct-1".to_owned(), history.last_shown_at),
                (content.to_owned(), EpochSeconds(1)),
            ]),
            first_seen_at: Some(history.last_shown_at),
            ..UserState::new_user()
        };
        for (first, second) in [(earlier, later), (later, earlier)] {
            let mut merged = state(first, "ct-2");
            merged.merge(&state(second, "ct-3"));
            let item = merged.line_items["li-1"];
            assert_eq!((item.lifetime, item.day.count, item.hour), (2, 2, later.hour));
            assert_eq!(merged.contents["ct-1"], later.last_shown_at);
            assert_eq!(merged.contents.len(), 3);
            assert_eq!(merged.first_seen_at, Some(earlier.last_shown_at));
            merged.merge(&UserState::new_user());
            assert_eq!(merged.first_seen_at, Some(earlier.last_shown_at));
        }
    }

    #[test]
    fn a_device_report_counts_for_the_item_its_campaign_and_its_advertiser() {
        let now: EpochSeconds = "2026-11-22T12:00:30Z".parse().unwrap();
        let shown = |item_id: &str, count, last: &str| Shown {
            item_id: Identifier::read(item_id).unwrap(),
            count,
            last_shown_at: last.parse().unwrap(),
        };
        let report = [
            shown("li-1", 2, "2026-11-22T12:00:05Z"),
            shown("li-2", 3, "2026-11-22T08:00:00Z"),
            shown("li-3", 0, "2026-11-22T08:00:00Z"),
            shown("ct-9", 1, "2026-11-22T09:00:00Z"),
        ];
        let buckets = Buckets::at(now, &TimeZone::UTC);
        let state = UserState::reported(&report, now, &TimeZone::UTC, |id| {
            id.starts_with("li").then_some(("c-1", "a-1"))
        });
        let campaign = state.campaigns["c-1"];
        assert_eq!(campaign.count(Window::Day, &buckets), 5);
        assert_eq!(campaign.count(Window::Lifetime, &buckets), 5);
        assert_eq!(campaign.count(Window::Hour, &buckets), 2);
        assert_eq!(state.line_items["li-2"].count(Window::Hour, &buckets), 0);
        assert!(!state.line_items.contains_key("li-3"), "nothing shown is no history");
        assert!(state.contents.contains_key("ct-9"));
    }
}
