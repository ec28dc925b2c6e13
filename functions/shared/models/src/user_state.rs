//! The history of a user: the items that the user has seen.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::time::{Buckets, EpochSeconds, Window, newest_day, newest_week};
use crate::vocabulary::Shown;

/// A count of one window. In any other window the count is 0.
///
/// Minutes and hours are the same everywhere. Days and weeks are a user's own, and the request chooses the zone. A
/// user's day and week never go back: a stored window that some zone on earth has reached is the user's present
/// window, even if the zone of the request has not reached it. A change of zones can make the present window shorter
/// or longer, but its count stays. A stored window that no zone has reached comes from a wrong clock or belongs to a
/// newer showing than the one at hand.
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

    /// The count in a day or a week, where `newest` is the window that the zones furthest ahead have reached.
    pub(crate) const fn in_local_bucket(self, bucket: i64, newest: i64) -> u32 {
        if bucket < self.bucket && self.bucket <= newest { self.count } else { self.in_bucket(bucket) }
    }

    /// Adds a count of a window that begins at the same instant everywhere.
    fn add(&mut self, other: Self) {
        self.add_local(other, other.bucket);
    }

    /// Adds a count of a day or a week, where `newest` is the window that the zones furthest ahead had reached.
    fn add_local(&mut self, other: Self, newest: i64) {
        if self.count == 0 || self.bucket < other.bucket {
            *self = other;
        } else if self.bucket == other.bucket || self.bucket <= newest {
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
            Window::Day => self.day.in_local_bucket(now.day, newest_day(now.minute)),
            Window::Week => self.week.in_local_bucket(now.week, newest_week(now.minute)),
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
    /// alone. A day or a week is older only if no zone had reached the stored one at the time of the added showings.
    pub fn add(&mut self, other: &Self) {
        self.lifetime = self.lifetime.saturating_add(other.lifetime);
        self.last_shown_at = self.last_shown_at.max(other.last_shown_at);
        self.minute.add(other.minute);
        self.hour.add(other.hour);
        let minute = other.last_shown_at.epoch_minute();
        self.day.add_local(other.day, newest_day(minute));
        self.week.add_local(other.week, newest_week(minute));
    }
}

/// Histories by the id of a line item, a campaign or an advertiser.
pub type Histories = HashMap<String, History>;

/// Where a user's history comes from. Caps are held against it accordingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// Stored state was read.
    Stored,
    /// Stored state may not or cannot be read or was lost, and the device reported what it showed.
    Device,
    /// Stored state may not or cannot be read or was lost, and the device reported nothing: a soft-capped line item
    /// gets at most one slot, a hard-capped one gets none.
    #[default]
    Unknown,
}

/// One user's history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserState {
    /// Where it comes from.
    pub source: Source,
    /// By line item id.
    pub line_items: Histories,
    /// By campaign id.
    pub campaigns: Histories,
    /// By advertiser id.
    pub advertisers: Histories,
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

    /// How many showings there were on the user's day and in the user's week that hold an instant. A content counts once.
    #[must_use]
    pub fn seen(&self, now: EpochSeconds, zone: &TimeZone) -> [u32; 2] {
        let buckets = Buckets::at(now, zone);
        let windows = [Window::Day, Window::Week];
        let of_line_items = windows.map(|window| {
            let counts = self.line_items.values().map(|history| history.count(window, &buckets));
            counts.fold(0, u32::saturating_add)
        });
        self.contents.values().map(|at| Buckets::at(*at, zone)).fold(of_line_items, |[day, week], at| {
            let is_in = |is_same: bool, sum: u32| sum.saturating_add(u32::from(is_same));
            [is_in(at.day == buckets.day, day), is_in(at.week == buckets.week, week)]
        })
    }

    /// Adds what is stored of the same user under another name. Each showing is stored under one of them. If one of the
    /// two is not known as a whole, neither is the sum.
    pub fn merge(&mut self, other: &Self) {
        if other.source == Source::Unknown {
            self.source = Source::Unknown;
        }
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

fn add(histories: &mut Histories, id: &str, history: &History) {
    histories.entry(id.to_owned()).and_modify(|sum| sum.add(history)).or_insert(*history);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{Identifier, Vocabulary};

    fn at(instant: &str) -> EpochSeconds {
        instant.parse().unwrap()
    }

    fn buckets(instant: &str, zone: &str) -> Buckets {
        Buckets::at(at(instant), &TimeZone::get(zone).unwrap())
    }

    /// The history of showings, each at an instant in a zone.
    fn shown(showings: &[(&str, &str)]) -> History {
        let once = |(instant, zone): &(&str, &str)| History::once(at(instant), &buckets(instant, zone));
        let (first, others) = showings.split_first().unwrap();
        others.iter().fold(once(first), |mut history, showing| {
            history.add(&once(showing));
            history
        })
    }

    /// Showings of the day and of the week, as of an instant in a zone.
    fn day_and_week(history: &History, instant: &str, zone: &str) -> [u32; 2] {
        [Window::Day, Window::Week].map(|window| history.count(window, &buckets(instant, zone)))
    }

    #[test]
    fn a_flight_west_makes_the_day_longer_and_frees_nothing() {
        // Monday has begun in Seoul, and is Sunday still in Los Angeles.
        let (seoul, los_angeles) = ("Asia/Seoul", "America/Los_Angeles");
        let mut showings = vec![("2026-11-22T15:30:00Z", seoul)];
        showings.extend([("2026-11-22T15:40:00Z", los_angeles); 12]);
        let history = shown(&showings);
        for zone in [seoul, los_angeles, "Etc/GMT+12", "Pacific/Kiritimati"] {
            assert_eq!(day_and_week(&history, "2026-11-22T15:41:00Z", zone), [13, 13], "{zone}");
        }
        assert_eq!(day_and_week(&history, "2026-11-24T07:59:59Z", los_angeles), [13, 13]);
        assert_eq!(day_and_week(&history, "2026-11-24T08:00:00Z", los_angeles), [0, 13]);
    }

    #[test]
    fn a_flight_east_makes_the_day_shorter_and_the_way_back_brings_no_second_one() {
        let (seoul, los_angeles) = ("Asia/Seoul", "America/Los_Angeles");
        let before = ("2026-11-24T15:30:00Z", los_angeles);
        assert_eq!(day_and_week(&shown(&[before]), "2026-11-24T15:31:00Z", seoul), [0, 1]);
        let history =
            shown(&[before, ("2026-11-24T15:31:00Z", seoul), ("2026-11-24T15:32:00Z", los_angeles)]);
        for zone in [seoul, los_angeles] {
            assert_eq!(day_and_week(&history, "2026-11-24T15:33:00Z", zone), [2, 3], "{zone}");
        }
    }

    #[test]
    fn a_clock_that_goes_back_over_midnight_frees_nothing() {
        // At 00:01 on 2010-11-07 it was 23:01 on the day before in St. John's.
        let zone = "America/St_Johns";
        let history = shown(&[("2010-11-07T02:30:30Z", zone), ("2010-11-07T02:31:00Z", zone)]);
        let (after, before) = (buckets("2010-11-07T02:30:30Z", zone), buckets("2010-11-07T02:31:00Z", zone));
        assert_eq!(after.day, before.day + 1);
        assert_eq!(day_and_week(&history, "2010-11-07T02:32:00Z", zone)[0], 2);
        assert_eq!(day_and_week(&history, "2010-11-07T03:30:00Z", zone)[0], 2, "midnight again");
    }

    #[test]
    fn a_day_that_no_zone_has_reached_is_not_the_users() {
        let zone = "Asia/Seoul";
        let history = shown(&[("2026-11-26T03:00:00Z", zone), ("2026-11-24T03:00:00Z", zone)]);
        assert_eq!(day_and_week(&history, "2026-11-24T03:00:00Z", zone)[0], 0, "the clock was wrong");
        assert_eq!(day_and_week(&history, "2026-11-26T03:00:00Z", zone)[0], 1, "the second was late");
        assert_eq!(history.lifetime, 2);
    }

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
            assert_eq!(merged.source, Source::Stored);
            merged.merge(&UserState::default());
            assert_eq!(merged.source, Source::Unknown, "a part is lost");
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
