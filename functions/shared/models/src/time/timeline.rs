//! A user's local hours over the span of one slate.

use jiff::tz::TimeZone;

use super::{EpochSeconds, HourSet, Interval};

/// A stretch of the slate within one local hour.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    span: Interval,
    hour_of_week: usize,
}

/// A slate's span cut at every change of the local hour, clock changes included.
///
/// It is made once a request. The dayparts of a line item then take a few bit tests instead of calendar
/// arithmetic.
#[derive(Debug, Clone)]
pub struct LocalTimeline(Vec<Stretch>);

impl LocalTimeline {
    /// Cuts a span into local hours.
    #[must_use]
    pub fn new(span: Interval, zone: &TimeZone) -> Self {
        // A slate of the default horizon begins within an hour.
        let mut stretches = Vec::with_capacity(5);
        let change_after = |from: EpochSeconds| {
            let change = zone.following(from.timestamp()).next();
            change.map_or(EpochSeconds::MAX, |change| change.timestamp().into())
        };
        let (mut from, mut next_change) = (span.from, change_after(span.from));
        while from < span.until {
            if next_change <= from {
                next_change = change_after(from);
            }
            let offset_seconds = i64::from(zone.to_offset(from.timestamp()).seconds());
            let local = from.0 + offset_seconds;
            let next_hour = EpochSeconds(from.0 + 3_600 - local.rem_euclid(3_600));
            let until = next_hour.min(span.until).min(next_change);
            // 1970-01-01 was a Thursday, 72 hours into its week.
            let hour_of_week = (local.div_euclid(3_600) + 72).rem_euclid(168);
            let Some(span) = Interval::new(from, until) else { break };
            stretches.push(Stretch { span, hour_of_week: usize::try_from(hour_of_week).unwrap_or(0) });
            from = until;
        }
        Self(stretches)
    }

    /// The local hours that the span touches.
    #[must_use]
    pub fn hours(&self) -> HourSet {
        let mut hours = HourSet::default();
        for stretch in &self.0 {
            hours.insert(stretch.hour_of_week);
        }
        hours
    }

    /// The first unbroken span inside `limits` whose local hours are all in the set.
    #[must_use]
    pub fn first_open(&self, hours: &HourSet, limits: Interval) -> Option<Interval> {
        let mut open: Option<Interval> = None;
        for stretch in &self.0 {
            let usable =
                hours.contains(stretch.hour_of_week).then(|| stretch.span.intersect(limits)).flatten();
            match (&mut open, usable) {
                (None, usable) => open = usable,
                (Some(open), Some(usable)) if open.until == usable.from => open.until = usable.until,
                (Some(_), _) => break,
            }
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> EpochSeconds {
        text.parse().unwrap()
    }

    fn span(from: &str, until: &str) -> Interval {
        Interval::new(instant(from), instant(until)).unwrap()
    }

    fn first_open(hours: &[usize], zone: &str, within: Interval) -> Option<Interval> {
        let mut set = HourSet::default();
        for &hour in hours {
            set.insert(hour);
        }
        LocalTimeline::new(within, &TimeZone::get(zone).unwrap()).first_open(&set, within)
    }

    #[test]
    fn a_half_hour_zone_opens_on_its_own_clock() {
        // Monday 09:00 in Kolkata is 03:30 UTC.
        let slate = span("2026-11-23T00:00:00Z", "2026-11-23T08:00:00Z");
        let open = first_open(&[9, 10], "Asia/Kolkata", slate);
        assert_eq!(open, Some(span("2026-11-23T03:30:00Z", "2026-11-23T05:30:00Z")));
    }

    #[test]
    fn the_hour_that_clocks_skip_never_opens() {
        // New York springs forward on Sunday 2026-03-08: 02:00 to 03:00 does not exist.
        let slate = span("2026-03-08T05:00:00Z", "2026-03-08T12:00:00Z");
        assert_eq!(first_open(&[6 * 24 + 2], "America/New_York", slate), None);
        let around = first_open(&[6 * 24 + 1, 6 * 24 + 3], "America/New_York", slate);
        assert_eq!(around, Some(span("2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z")));
    }

    #[test]
    fn the_hour_that_clocks_repeat_is_open_twice_as_long() {
        let slate = span("2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z");
        let open = first_open(&[6 * 24 + 1], "America/New_York", slate);
        assert_eq!(open, Some(span("2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z")));
    }

    #[test]
    fn a_half_hour_clock_change_cuts_the_hour() {
        // Lord Howe falls back by 30 minutes at 02:00 local (15:00 UTC) on 2026-04-05, to 01:30.
        let slate = span("2026-04-04T12:00:00Z", "2026-04-04T18:00:00Z");
        let open = first_open(&[6 * 24 + 1], "Australia/Lord_Howe", slate);
        assert_eq!(open, Some(span("2026-04-04T14:00:00Z", "2026-04-04T15:30:00Z")));
    }

    #[test]
    fn a_slate_across_sunday_midnight_wraps_the_week() {
        let slate = span("2026-11-22T22:00:00Z", "2026-11-23T02:00:00Z");
        let open = first_open(&[167, 0], "UTC", slate);
        assert_eq!(open, Some(span("2026-11-22T23:00:00Z", "2026-11-23T01:00:00Z")));
    }
}
