//! The traffic of a zone by the hour of its week, learned from requests.

use lockfill_models::time::HOURS_PER_WEEK;
use serde::{Deserialize, Serialize};

/// Phones of a zone before anything is known of them: few requests at night, most of them in the evening. Relative to
/// the mean of the day.
const PRIOR_OF_DAY: [f32; 24] = [
    0.75, 0.45, 0.28, 0.20, 0.20, 0.30, 0.60, 0.95, 1.15, 1.15, 1.10, 1.15, 1.25, 1.20, 1.10, 1.10, 1.15,
    1.25, 1.35, 1.45, 1.55, 1.60, 1.50, 1.22,
];
/// An hour of the week is the mean of so many weeks, and an hour of the day of so many days: what changes is followed.
const WEEKS_MAX: u8 = 4;
const DAYS_MAX: u8 = 7;
/// So many hours of the day of other days weigh as much as one hour of the week itself.
const DAY_WEIGHT: f32 = 1.0;
/// The weight of the prior against one observed day.
const PRIOR_WEIGHT: f32 = 0.5;
/// An hour counts as at most so many times what was expected of it: a spike is not expected again.
const SPIKE_MAX: f32 = 2.0;

/// Requests a minute by the hour of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Curve {
    /// The mean of the same hour of the week, and how many weeks it is from.
    week: Vec<(f32, u8)>,
    /// The mean of the same hour of all days, and how many days it is from.
    day: Vec<(f32, u8)>,
    /// Requests a minute of a mean hour by the prior, and the hours that it is from.
    level: (f32, u8),
}

impl Default for Curve {
    fn default() -> Self {
        Self { week: vec![(0.0, 0); HOURS_PER_WEEK], day: vec![(0.0, 0); 24], level: (1.0, 0) }
    }
}

impl Curve {
    /// Requests a minute that are expected in an hour of the week.
    pub(super) fn expected(&self, hour_of_week: usize) -> f32 {
        let prior = self.level.0 * PRIOR_OF_DAY[hour_of_week % 24];
        let (day, days) = self.day.get(hour_of_week % 24).copied().unwrap_or_default();
        let days = f32::from(days);
        let of_day = (day * days + prior * PRIOR_WEIGHT) / (days + PRIOR_WEIGHT);
        let (week, weeks) = self.week.get(hour_of_week).copied().unwrap_or_default();
        let weeks = f32::from(weeks);
        (week * weeks + of_day * DAY_WEIGHT) / (weeks + DAY_WEIGHT)
    }

    /// Before the first full hour: the level that the first requests tell.
    pub(super) fn guess(&mut self, hour_of_week: usize, a_minute: f32) {
        if self.level.1 == 0 {
            self.level.0 = (a_minute / PRIOR_OF_DAY[hour_of_week % 24]).max(0.01);
        }
    }

    /// Learns the requests a minute of an hour that has passed.
    pub(super) fn learn(&mut self, hour_of_week: usize, a_minute: f32) {
        let known = self.day.get(hour_of_week % 24).is_some_and(|(_, days)| *days > 0);
        let a_minute = if known { a_minute.min(SPIKE_MAX * self.expected(hour_of_week)) } else { a_minute };
        blend(&mut self.level, a_minute / PRIOR_OF_DAY[hour_of_week % 24], 24);
        if let Some(day) = self.day.get_mut(hour_of_week % 24) {
            blend(day, a_minute, DAYS_MAX);
        }
        if let Some(week) = self.week.get_mut(hour_of_week) {
            blend(week, a_minute, WEEKS_MAX);
        }
    }
}

/// A mean that takes one more value; one of many follows the newest ones.
fn blend((mean, count): &mut (f32, u8), value: f32, count_max: u8) {
    *count = count.saturating_add(1).min(count_max);
    *mean += (value - *mean) / f32::from(*count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_expected_as_it_was_and_a_day_that_is_new_as_other_days() {
        let mut curve = Curve::default();
        curve.guess(9, 23.0);
        assert!((curve.expected(9) - 23.0).abs() < 0.01);
        for hour in 0..24 {
            curve.learn(hour, 100.0 + hour as f32);
        }
        assert!((curve.expected(10) - 110.0).abs() < 12.0, "{}", curve.expected(10));
        assert!((curve.expected(24 + 10) - 110.0).abs() < 25.0, "{}", curve.expected(34));
    }

    #[test]
    fn a_spike_is_not_expected_again() {
        let mut curve = Curve::default();
        for day in 0..7 {
            curve.learn(day * 24, 100.0);
        }
        curve.learn(0, 500.0);
        assert!(curve.expected(0) < 160.0, "{}", curve.expected(0));
    }
}
