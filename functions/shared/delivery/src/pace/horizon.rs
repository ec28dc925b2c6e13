//! How many requests are expected between two instants, as sums over the hours of one zone.

use jiff::tz::TimeZone;
use lockfill_models::time::{EpochSeconds, HourSet};

use super::curve::Curve;
use super::traffic::hour_of_week;

/// So many hours ahead have their own sums, clock changes included: five weeks. Later ones repeat the last week.
const HOURS_AHEAD: usize = 840;
const WEEK_HOURS: usize = 168;
const HOUR_SECONDS: f64 = 3_600.0;

/// Expected requests of a zone, counted from the hour of one instant on, and before it.
#[derive(Debug)]
pub(super) struct Horizon {
    /// The first second of the hour.
    origin: i64,
    /// Requests from the origin to the end of each hour; the first is 0.
    ahead: Vec<f64>,
    /// The same backward through a week on the present clock.
    behind: Vec<f64>,
}

impl Horizon {
    /// The requests of a zone that come in some hours of the week on its clock.
    pub(super) fn new(curve: &Curve, zone: &TimeZone, hours: Option<HourSet>, now: EpochSeconds) -> Self {
        let origin = now.0 - now.0.rem_euclid(3_600);
        let in_hour = |at: i64| {
            let hour = hour_of_week(EpochSeconds(at), zone);
            let is_open = hours.is_none_or(|hours| hours.contains(hour));
            if is_open { f64::from(curve.expected(hour)) * 60.0 } else { 0.0 }
        };
        let sums = |count: usize, step: i64, first: i64| {
            let mut sum = 0.0;
            let mut sums = Vec::with_capacity(count + 1);
            sums.push(0.0);
            let mut at = first;
            for _ in 0..count {
                sum += in_hour(at);
                sums.push(sum);
                at += step;
            }
            sums
        };
        Self {
            origin,
            ahead: sums(HOURS_AHEAD, 3_600, origin),
            behind: sums(WEEK_HOURS, -3_600, origin - 3_600),
        }
    }

    /// Requests from the origin to an instant; negative for one before it.
    pub(super) fn sum_to(&self, at: i64) -> f64 {
        let hours = (at.saturating_sub(self.origin)) as f64 / HOUR_SECONDS;
        if hours >= 0.0 { along(&self.ahead, hours) } else { -along(&self.behind, -hours) }
    }

    /// Requests between two instants; at least 0.
    pub(super) fn between(&self, from: i64, until: i64) -> f64 {
        (self.sum_to(until) - self.sum_to(from)).max(0.0)
    }
}

/// A running sum after some hours. Behind its end the last week repeats.
fn along(sums: &[f64], hours: f64) -> f64 {
    let last = sums.len() - 1;
    let week = sums[last] - sums[last.saturating_sub(WEEK_HOURS)];
    let beyond = (hours - last as f64).max(0.0);
    let weeks = (beyond / WEEK_HOURS as f64).ceil();
    let hours = (hours - weeks * WEEK_HOURS as f64).clamp(0.0, last as f64);
    let whole = hours.floor();
    // Not negative, and at most the number of sums.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the places of sums"
    )]
    let place = whole as usize;
    let next = sums[(place + 1).min(last)];
    weeks * week + sums[place] + (next - sums[place]) * (hours - whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horizon(zone: &str, now: &str, hours: Option<HourSet>) -> Horizon {
        let mut curve = Curve::default();
        for hour in 0..168 {
            curve.learn(hour, if hour % 24 == 9 { 60.0 } else { 6.0 });
        }
        Horizon::new(&curve, &TimeZone::get(zone).unwrap(), hours, now.parse().unwrap())
    }

    #[test]
    fn sums_go_on_in_both_directions_and_beyond_their_end() {
        let horizon = horizon("UTC", "2026-11-26T12:30:00Z", None);
        let at = |text: &str| text.parse::<EpochSeconds>().unwrap().0;
        let week = horizon.between(at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z"));
        for (from, until) in [
            ("2026-12-07T03:10:00Z", "2026-12-14T03:10:00Z"),
            ("2027-03-01T00:20:00Z", "2027-03-08T00:20:00Z"),
            ("2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z"),
        ] {
            let other = horizon.between(at(from), at(until));
            assert!((other - week).abs() < week * 1e-6, "{from}: {other} is not {week}");
        }
        let half = horizon.between(at("2026-11-27T09:00:00Z"), at("2026-11-27T09:30:00Z"));
        let whole = horizon.between(at("2026-11-27T09:00:00Z"), at("2026-11-27T10:00:00Z"));
        assert!((half * 2.0 - whole).abs() < 1e-6);
    }

    #[test]
    fn the_busy_hour_moves_with_the_clocks_of_the_zone() {
        // New York falls back on 2026-11-01: 09:00 is 13:00 UTC before and 14:00 UTC after.
        let horizon = horizon("America/New_York", "2026-10-30T00:00:00Z", None);
        let hour = |from: &str| {
            let from = from.parse::<EpochSeconds>().unwrap().0;
            horizon.between(from, from + 3_600)
        };
        assert!(hour("2026-10-31T13:00:00Z") > 5.0 * hour("2026-10-31T14:00:00Z"));
        assert!(hour("2026-11-02T14:00:00Z") > 5.0 * hour("2026-11-02T13:00:00Z"));
    }

    #[test]
    fn hours_without_dayparts_bring_nothing() {
        let mut hours = HourSet::default();
        hours.insert(9);
        let horizon = horizon("UTC", "2026-11-23T00:00:00Z", Some(hours));
        let at = |text: &str| text.parse::<EpochSeconds>().unwrap().0;
        assert!(horizon.between(at("2026-11-23T09:00:00Z"), at("2026-11-23T10:00:00Z")) > 100.0);
        assert!(horizon.between(at("2026-11-23T10:00:00Z"), at("2026-11-29T00:00:00Z")) < 1e-9);
    }
}
