//! The fixed windows in which showings are counted.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::EpochSeconds;

/// A counting window. Minute and hour are in UTC; a day runs from 00:00 and a week from Monday 00:00 in
/// the user's own time zone; a lifetime never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// 60 seconds of UTC.
    Minute,
    /// 3,600 seconds of UTC.
    Hour,
    /// A local calendar day, 23 to 25 hours where clocks change.
    Day,
    /// A local calendar week, from Monday.
    Week,
    /// All time.
    Lifetime,
}

impl Window {
    /// The window's name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Lifetime => "lifetime",
        }
    }
}

/// The numbers of the windows that an instant falls in; two instants share a window when its numbers agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Buckets {
    /// Minutes since the epoch.
    pub minute: i64,
    /// Hours since the epoch.
    pub hour: i64,
    /// Local days since 1970-01-01.
    pub day: i64,
    /// Local weeks since the one that held 1970-01-01, a Thursday.
    pub week: i64,
}

impl Buckets {
    /// The windows of an instant, as seen by a user in that zone.
    #[must_use]
    pub fn at(now: EpochSeconds, zone: &TimeZone) -> Self {
        let offset_seconds = i64::from(zone.to_offset(now.timestamp()).seconds());
        let day = (now.0 + offset_seconds).div_euclid(86_400);
        Self { minute: now.0.div_euclid(60), hour: now.0.div_euclid(3_600), day, week: week_of(day) }
    }
}

/// The local day of the zones that are furthest ahead, in a minute since the epoch. A user who travels cannot be in a
/// later one.
#[must_use]
pub const fn newest_day(minute: i64) -> i64 {
    // No zone is further ahead of UTC than 14 hours.
    minute.saturating_add(14 * 60).div_euclid(24 * 60)
}

/// The local week of the zones that are furthest ahead, in a minute since the epoch.
#[must_use]
pub const fn newest_week(minute: i64) -> i64 {
    week_of(newest_day(minute))
}

/// Day 0 was a Thursday, so three days earlier a Monday.
const fn week_of(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(instant: &str, zone: &str) -> Buckets {
        Buckets::at(instant.parse().unwrap(), &TimeZone::get(zone).unwrap())
    }

    #[test]
    fn a_day_turns_at_local_midnight_and_a_week_on_monday() {
        let sunday = buckets("2026-11-22T14:59:59Z", "Asia/Seoul");
        let monday = buckets("2026-11-22T15:00:00Z", "Asia/Seoul");
        assert_eq!((monday.day, monday.week), (sunday.day + 1, sunday.week + 1));
        assert_eq!(buckets("2026-11-22T15:00:00Z", "UTC").week, sunday.week);
    }

    #[test]
    fn a_day_on_which_clocks_change_is_one_day() {
        // New York falls back on 2026-11-01: the local day is 25 hours long.
        let first = buckets("2026-11-01T04:00:00Z", "America/New_York");
        let last = buckets("2026-11-02T04:59:59Z", "America/New_York");
        let next = buckets("2026-11-02T05:00:00Z", "America/New_York");
        assert_eq!((last.day, next.day), (first.day, first.day + 1));
    }

    #[test]
    fn no_zone_is_in_a_newer_day_or_week_than_the_ones_furthest_ahead() {
        for instant in ["2026-11-22T09:59:59Z", "2026-11-22T10:00:00Z", "1969-12-28T09:59:59Z"] {
            let furthest = buckets(instant, "Etc/GMT-14");
            let found = (newest_day(furthest.minute), newest_week(furthest.minute));
            assert_eq!(found, (furthest.day, furthest.week), "{instant}");
            for zone in ["Pacific/Apia", "Pacific/Chatham", "Asia/Seoul", "Etc/GMT+12"] {
                assert!(buckets(instant, zone).day <= furthest.day, "{zone} at {instant}");
            }
        }
    }

    #[test]
    fn windows_before_the_epoch_round_down() {
        let eve = buckets("1969-12-31T23:59:59Z", "UTC");
        assert_eq!((eve.minute, eve.hour, eve.day, eve.week), (-1, -1, -1, 0));
        assert_eq!(buckets("1969-12-28T23:59:59Z", "UTC").week, -1);
    }
}
