//! The requests of each zone: how many there are now, and how many are expected.

use jiff::tz::TimeZone;
use lockfill_models::time::{EpochSeconds, HOURS_PER_WEEK};
use serde::{Deserialize, Serialize};

use super::curve::Curve;

/// The present rate is the mean of about so many minutes.
const PRESENT_MINUTES: f32 = 3.0;
/// A count that is further from the expected one than so many standard deviations is a change, not chance.
const CHANGE_SIGMAS: f32 = 4.0;
/// The highest rate is forgotten by half in so many minutes: three days.
const PEAK_HALF_LIFE_MINUTES: f32 = 4_320.0;
/// An hour of which fewer seconds were seen tells nothing of its traffic.
const HOUR_SECONDS_MIN: f32 = 2_700.0;
/// Requests of a longer time than this are not told apart by their hours.
const GAP_SECONDS_MAX: i64 = 900;

/// The traffic of one zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Traffic {
    pub(super) curve: Curve,
    /// Requests a minute, now; `None` before the first run.
    present: Option<f32>,
    /// The most requests in a minute that were seen lately.
    peak: f32,
    /// The hour that is being counted: its number since the epoch, its requests, and the seconds that were seen.
    hour: (i64, f32, f32),
}

impl Traffic {
    /// Learns the requests of a span of time.
    pub(super) fn observe(&mut self, requests: f32, (from, until): (i64, i64), zone: &TimeZone) {
        let seconds = until - from;
        if seconds <= 0 {
            return;
        }
        let minutes = seconds as f32 / 60.0;
        self.observe_present(requests, minutes);
        let hour_of_week = hour_of_week(EpochSeconds(until), zone);
        self.curve.guess(hour_of_week, self.now());
        let hour = until.div_euclid(3_600);
        if self.hour.0 != hour {
            if self.hour.2 >= HOUR_SECONDS_MIN {
                let last = EpochSeconds(self.hour.0 * 3_600);
                self.curve.learn(self::hour_of_week(last, zone), self.hour.1 * 60.0 / self.hour.2);
            }
            self.hour = (hour, 0.0, 0.0);
        }
        if seconds <= GAP_SECONDS_MAX {
            self.hour.1 += requests;
            self.hour.2 += seconds as f32;
        }
    }

    fn observe_present(&mut self, requests: f32, minutes: f32) {
        let a_minute = requests / minutes;
        let present = self.present.get_or_insert(a_minute);
        let expected = *present * minutes;
        let is_change = (requests - expected).abs() > CHANGE_SIGMAS * (expected + 1.0).sqrt();
        let share = if is_change { 1.0 } else { 1.0 - (-minutes / PRESENT_MINUTES).exp() };
        *present += (a_minute - *present) * share;
        self.peak *= (-minutes / PEAK_HALF_LIFE_MINUTES * std::f32::consts::LN_2).exp();
        self.peak = self.peak.max(*present);
    }

    /// Whether a request was ever seen.
    pub(super) fn is_known(&self) -> bool {
        self.peak > 0.0
    }

    /// Requests a minute, now.
    pub(super) fn now(&self) -> f32 {
        self.present.unwrap_or(0.0)
    }

    /// The most requests a minute that have to be expected.
    pub(super) fn peak(&self) -> f32 {
        let busiest = (0..HOURS_PER_WEEK).map(|hour| self.curve.expected(hour)).fold(0.0, f32::max);
        self.peak.max(busiest)
    }
}

/// The hour of the week on the clock of a zone.
pub(super) fn hour_of_week(at: EpochSeconds, zone: &TimeZone) -> usize {
    let local = at.0 + i64::from(zone.to_offset(at.timestamp()).seconds());
    // 1970-01-01 was a Thursday, 72 hours into its week.
    usize::try_from((local.div_euclid(3_600) + 72).rem_euclid(168)).unwrap_or(0)
}
