//! How much of a target is due at an instant.
//!
//! A plan spreads what is left over the expected traffic that is left. It is made anew at the beginning of each hour;
//! within the hour it stays, so that what one part of the hour brought too much, the rest brings less. Of what an hour
//! brought too much or too little, a few events go over to the next one where an hour is to bring few: a slot is handed
//! out as a whole, and if each hour forgot the part of it that was too much, small targets would be reached days early.

use lockfill_catalog::rows::DeliveryMode;
use lockfill_models::time::Interval;
use serde::{Deserialize, Serialize};

use super::in_flight::single;

/// A front-loaded delivery is ahead of an even one by so much at first.
const AHEAD: f64 = 0.25;
/// At most so many events go over to the next hour.
const CARRIED_MAX: f64 = 3.0;
const HOUR_SECONDS: i64 = 3_600;

/// A plan in progress, in any unit: impressions or micros.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Track {
    /// When it was made, in epoch seconds.
    at: i64,
    /// The instant that was planned for by then: what is committed is ahead of what happens.
    reached: i64,
    /// What was committed then.
    committed: f32,
    /// What was left of the target then.
    left: f32,
    /// The target and the span that it is for: another one is another plan.
    target: f32,
    span: (i64, i64),
    /// The plan of the hour in which it was made; `None` in a state of before there was one.
    #[serde(default)]
    hour: Option<HourPlan>,
}

/// What an hour is to bring.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct HourPlan {
    /// What was delivered of the target before.
    before: f32,
    /// What is to be delivered in it.
    amount: f32,
}

/// A target, and the span in which it is to be reached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) amount: f64,
    pub(super) span: Interval,
    /// What was delivered of it and what is expected of slots in flight.
    pub(super) committed: f64,
    /// What was delivered of it.
    pub(super) done: f64,
    /// What one event is of it: 1, or what it costs.
    pub(super) event: f64,
}

impl Target {
    /// What may be missing of a plan at an instant without one more event being due: a slot is handed out as a whole, and
    /// would bring as much too much. At the end all is due.
    pub(super) fn rest(&self, at: i64) -> f64 {
        if at < self.span.until.0 { self.event * 0.5 } else { 0.0 }
    }
}

impl Track {
    /// The plan to go by: the one of before, or a new one. What is committed now happens within `lead_seconds`; a first
    /// plan has to commit that, too. `due` is what has to be committed by a plan at an instant.
    pub(super) fn renew(
        old: Option<Self>,
        target: &Target,
        (now, lead_seconds): (i64, i64),
        due: impl Fn(&Self, i64) -> f64,
    ) -> Self {
        let span = (target.span.from.0, target.span.until.0);
        let planned = |reached: i64, committed: f64| Self {
            at: now,
            reached,
            committed: single(committed),
            left: single((target.amount - committed).max(0.0)),
            target: single(target.amount),
            span,
            hour: None,
        };
        let with_hour = |plan: Self, carried: f64| {
            // A minute's counts are those of the minutes that are closed.
            let from = now - now.rem_euclid(60);
            let until = now - now.rem_euclid(HOUR_SECONDS) + HOUR_SECONDS;
            let left = single((target.amount - target.done).max(0.0));
            let of_hour = Self { reached: from, committed: 0.0, left, ..plan };
            let amount = single((due(&of_hour, until) - carried).max(0.0));
            Self { hour: Some(HourPlan { before: single(target.done), amount }), ..plan }
        };
        let Some(last) = old else { return with_hour(planned(now, target.committed), 0.0) };
        let reached = now + lead_seconds;
        let anew = planned(reached, target.committed);
        if last.span != span || last.target.to_bits() != anew.target.to_bits() || last.at > now {
            return with_hour(anew, 0.0);
        }
        if last.at.div_euclid(HOUR_SECONDS) == now.div_euclid(HOUR_SECONDS) {
            return last;
        }
        let events_an_hour = (due(&anew, reached + HOUR_SECONDS) - due(&anew, reached)) / target.event;
        let carried_max = target.event * (1.0 / events_an_hour.max(1e-9)).min(CARRIED_MAX);
        let carried = (target.committed - due(&last, reached)).clamp(-carried_max, carried_max);
        with_hour(planned(reached, target.committed - carried), carried)
    }

    /// What the plan of the hour has a minute, in the mean.
    pub(super) fn a_minute(&self) -> f64 {
        self.hour.map_or(0.0, |hour| f64::from(hour.amount) / 60.0)
    }

    /// What is missing of the plan of the hour after so much of the target was delivered.
    pub(super) fn missing_of_hour(&self, done: f64) -> Option<f64> {
        self.hour.map(|hour| f64::from(hour.before) + f64::from(hour.amount) - done)
    }

    /// What has to be committed at an instant. `traffic` is the expected traffic between two instants.
    pub(super) fn due(&self, mode: DeliveryMode, at: i64, traffic: &dyn Fn(i64, i64) -> f64) -> f64 {
        let share = share(mode, self.span, (self.reached, at), traffic);
        f64::from(self.committed) + f64::from(self.left) * share
    }
}

/// The share of what is left at one instant that is due at a later one.
pub(super) fn share(
    mode: DeliveryMode,
    (from, until): (i64, i64),
    (start, at): (i64, i64),
    traffic: &dyn Fn(i64, i64) -> f64,
) -> f64 {
    let (start, at) = (start.clamp(from, until), at.clamp(from, until));
    let left = traffic(start, until);
    // At the end everything is due, and so it is where no traffic is expected.
    if at >= until || left <= 0.0 {
        return 1.0;
    }
    let part = (traffic(start, at) / left).clamp(0.0, 1.0);
    match mode {
        DeliveryMode::Asap => 1.0,
        DeliveryMode::Even => part,
        DeliveryMode::FrontLoaded => {
            let before = traffic(from, start);
            let all = before + left;
            let (then, now) = (curve(before / all), curve((before + part * left) / all));
            ((now - then) / (1.0 - then).max(1e-9)).clamp(0.0, 1.0)
        }
    }
}

/// The part of a front-loaded delivery that is due after a part of the traffic: a quarter faster at first, a quarter
/// slower at the end.
fn curve(part: f64) -> f64 {
    part * (1.0 + AHEAD - AHEAD * part)
}

#[cfg(test)]
mod tests {
    use lockfill_models::time::EpochSeconds;

    use super::*;

    fn steady(from: i64, until: i64) -> f64 {
        (until - from).max(0) as f64
    }

    #[test]
    fn even_follows_the_traffic_and_front_loaded_is_a_quarter_ahead_at_first() {
        let due = |mode, start, at| share(mode, (0, 1_000), (start, at), &steady);
        assert!((due(DeliveryMode::Even, 0, 100) - 0.1).abs() < 1e-9);
        assert!((due(DeliveryMode::Even, 500, 600) - 0.2).abs() < 1e-9);
        assert!((due(DeliveryMode::FrontLoaded, 0, 10) - 0.0125).abs() < 1e-4);
        for mode in [DeliveryMode::Even, DeliveryMode::FrontLoaded, DeliveryMode::Asap] {
            assert!((due(mode, 0, 1_000) - 1.0).abs() < 1e-9, "{mode:?}");
            assert!((due(mode, 990, 2_000) - 1.0).abs() < 1e-9, "{mode:?}");
        }
    }

    #[test]
    fn what_an_hour_brought_too_much_the_next_ones_bring_less_where_an_hour_is_to_bring_few() {
        let span = Interval { from: EpochSeconds(0), until: EpochSeconds(100 * HOUR_SECONDS) };
        let due = |plan: &Track, at: i64| plan.due(DeliveryMode::Even, at, &steady);
        // Each slot brings one impression, and is handed out as soon as any part of it is due.
        let delivered = |amount: f64, hours: i64| {
            let (mut track, mut committed) = (None, 0.0);
            for minute in 0..hours * 60 {
                let now = minute * 60;
                let target = Target { amount, span, committed, done: committed, event: 1.0 };
                let plan = Track::renew(track, &target, (now, 0), due);
                track = Some(plan);
                committed += f64::from(u8::from(plan.due(DeliveryMode::Even, now, &steady) > committed));
            }
            committed
        };
        for (amount, half) in [(20.0, 10.0), (50.0, 25.0), (100.0, 50.0), (1_000.0, 500.0)] {
            let committed = delivered(amount, 50);
            assert!((committed - half).abs() <= 3.0, "{committed} of {amount}");
            assert!((delivered(amount, 100) - amount).abs() <= 1.0, "{amount}");
        }
    }

    #[test]
    fn a_target_that_cannot_be_kept_up_with_is_spread_anew_each_hour() {
        let span = Interval { from: EpochSeconds(0), until: EpochSeconds(100 * HOUR_SECONDS) };
        let due = |plan: &Track, at: i64| plan.due(DeliveryMode::Even, at, &steady);
        let target = Target { amount: 100_000.0, span, committed: 0.0, done: 0.0, event: 1.0 };
        let first = Track::renew(None, &target, (0, 0), due);
        let next = Track::renew(Some(first), &target, (10 * HOUR_SECONDS, 0), due);
        let in_an_hour = next.due(DeliveryMode::Even, 11 * HOUR_SECONDS, &steady);
        assert!((in_an_hour - 100_000.0 / 90.0).abs() < 4.0, "{in_an_hour}");
    }

    #[test]
    fn an_hour_is_to_bring_its_part_of_what_is_left_and_half_an_event_may_be_missing() {
        let span = Interval { from: EpochSeconds(0), until: EpochSeconds(100 * HOUR_SECONDS) };
        let due = |plan: &Track, at: i64| plan.due(DeliveryMode::Even, at, &steady);
        let target = Target { amount: 1_000.0, span, committed: 60.0, done: 10.0, event: 1.0 };
        let first = Track::renew(None, &target, (HOUR_SECONDS + 20, 0), due);
        let missing = first.missing_of_hour(10.0).expect("an hour");
        assert!((missing - 10.0).abs() < 0.01, "{missing} of 990 in 99 hours");
        assert!((first.missing_of_hour(16.0).expect("an hour") - missing + 6.0).abs() < 0.01);
        assert!((first.a_minute() * 60.0 - missing).abs() < 0.01);
        assert!((target.rest(50 * HOUR_SECONDS) - 0.5).abs() < 1e-9);
        assert!(target.rest(100 * HOUR_SECONDS).abs() < 1e-9, "at the end all is due");
    }

    #[test]
    fn a_plan_of_before_hours_had_their_own_goes_on_without_one() {
        let stored = r#"{"at":0,"reached":0,"committed":1.0,"left":9.0,"target":10.0,"span":[0,36000]}"#;
        let track: Track = serde_json::from_str(stored).expect("a track");
        assert_eq!((track.missing_of_hour(1.0), track.left), (None, 9.0));
    }

    #[test]
    fn a_front_loaded_plan_that_is_made_anew_is_the_same_plan() {
        let mut left = 1.0;
        for hour in 0..10 {
            left *= 1.0 - share(DeliveryMode::FrontLoaded, (0, 1_000), (hour * 50, hour * 50 + 50), &steady);
        }
        assert!((1.0 - left - curve(0.5)).abs() < 1e-9, "{left}");
    }
}
