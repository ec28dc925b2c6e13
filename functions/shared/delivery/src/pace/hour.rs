//! The rest of an hour: what it will bring, and how much more or less has to be handed out to keep its plan.
//!
//! A plan by what is committed keeps the mean. By chance more or fewer of the slots in flight are shown. What is handed
//! out now is partly shown within the hour and partly later. The correction is the one whose squared error in this hour
//! and surplus in the next one are least.

use super::in_flight::Shown;
use super::limit::CATCH_UP_MINUTES;

const HOUR_SECONDS: i64 = 3_600;
/// How far ahead a plan is looked up.
#[expect(clippy::cast_possible_truncation, reason = "a few minutes")]
const AHEAD_SECONDS: i64 = (CATCH_UP_MINUTES * 60.0) as i64;
/// What a surplus in the next hour costs against the same error in this one: the next hour can hand out less.
const LATER_COST: f64 = 0.1;

/// The rest of the hour at an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct HourRest {
    /// Until its end.
    pub(super) minutes: f64,
    /// What comes within it of one impression a minute that is handed out from now on, and what comes later.
    brings: (f64, f64),
}

impl HourRest {
    /// The rest of an hour at an instant in epoch seconds.
    pub(super) fn new(shown: &Shown, now: i64) -> Self {
        let minutes = (HOUR_SECONDS - now.rem_euclid(HOUR_SECONDS)) as f64 / 60.0;
        let within = shown.within(minutes);
        Self { minutes, brings: (within, minutes - within) }
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most an hour")]
    const fn seconds(&self) -> i64 {
        (self.minutes * 60.0) as i64
    }

    /// How much more than `a_minute` has to be handed out each minute, where `missing` is not in flight for this hour:
    /// both in what a slot brings in the mean.
    pub(super) fn correction(&self, missing: f64, a_minute: f64) -> f64 {
        let (within, later) = self.brings;
        let error = missing - a_minute * within;
        error * within / (within * within + LATER_COST * later * later).max(1e-9)
    }
}

/// When a run is, and how soon what is handed out in it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pulse {
    /// In epoch seconds.
    pub(super) now: i64,
    /// What is handed out is shown so long after it, in the mean.
    pub(super) lead_seconds: i64,
    pub(super) rest: HourRest,
}

impl Pulse {
    /// How much a plan wants to be handed out each minute. `from` is when it may be shown, `due` what has to be committed
    /// at an instant beyond what is, and `missing` what this hour is to bring beyond what was and will be.
    pub(super) fn a_minute(&self, from: i64, due: impl Fn(i64) -> f64, missing: Option<f64>) -> f64 {
        let shown_from = from + self.lead_seconds;
        let by_plan = due(shown_from + AHEAD_SECONDS) / CATCH_UP_MINUTES;
        let Some(missing) = missing.filter(|_| from <= self.now) else { return by_plan.max(0.0) };
        let in_the_hour = due(shown_from + self.rest.seconds()).max(0.0) / self.rest.minutes;
        (by_plan + self.rest.correction(missing, in_the_hour)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes within the hour and later of a correction for 100 missing impressions, at a minute of the hour.
    fn corrected(minute: i64) -> (f64, f64) {
        let rest = HourRest::new(&Shown::default(), 7 * HOUR_SECONDS + minute * 60);
        let (within, later) = rest.brings;
        let a_minute = rest.correction(100.0, 0.0);
        (a_minute * within, a_minute * later)
    }

    #[test]
    fn what_is_missing_is_made_good_while_the_hour_can_still_show_it() {
        let (within, later) = corrected(2);
        assert!((80.0..100.0).contains(&within) && later < 120.0, "{within} and {later}");
        let (within, later) = corrected(59);
        assert!(within < 2.0 && later < 40.0, "{within} and {later}");
    }

    #[test]
    fn what_comes_by_itself_is_not_handed_out_again() {
        let rest = HourRest::new(&Shown::default(), 10 * 60);
        let by_plan = 3.0;
        assert!(rest.correction(by_plan * rest.brings.0, by_plan).abs() < 1e-9);
        assert!(rest.correction(0.0, by_plan) < 0.0, "slots in flight bring what is missing");
        let due = |_: i64| -10.0;
        let pulse = Pulse { now: 600, lead_seconds: 1_800, rest };
        assert!(pulse.a_minute(600, due, Some(-5.0)).abs() < 1e-9, "nothing is taken back");
        assert!(
            pulse.a_minute(600, due, Some(100.0)) > 0.0,
            "the hour misses what later ones have in flight"
        );
    }
}
