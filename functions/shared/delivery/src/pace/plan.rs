//! How much of a target is due at an instant.
//!
//! A plan spreads what is left over the expected traffic that is left. It is made anew at the beginning of each hour;
//! within the hour it stays, so that what one part of the hour brought too much, the rest brings less.

use lockfill_catalog::rows::DeliveryMode;
use lockfill_models::time::Interval;
use serde::{Deserialize, Serialize};

use super::in_flight::single;

/// A front-loaded delivery is ahead of an even one by so much at first.
const AHEAD: f64 = 0.25;
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
}

/// A target, and the span in which it is to be reached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) amount: f64,
    pub(super) span: Interval,
    /// What was delivered of it and what is expected of slots in flight.
    pub(super) committed: f64,
}

impl Track {
    /// The plan to go by: the one of before, or a new one. What is committed now happens within `lead_seconds`; a first
    /// plan has to commit that, too.
    pub(super) fn renew(old: Option<Self>, target: &Target, (now, lead_seconds): (i64, i64)) -> Self {
        let span = (target.span.from.0, target.span.until.0);
        let is_same = |old: &Self| {
            old.span == span
                && old.target.to_bits() == single(target.amount).to_bits()
                && old.at <= now
                && old.at.div_euclid(HOUR_SECONDS) == now.div_euclid(HOUR_SECONDS)
        };
        old.filter(is_same).unwrap_or_else(|| Self {
            at: now,
            reached: if old.is_some() { now + lead_seconds } else { now },
            committed: single(target.committed),
            left: single((target.amount - target.committed).max(0.0)),
            target: single(target.amount),
            span,
        })
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
    fn a_front_loaded_plan_that_is_made_anew_is_the_same_plan() {
        let mut left = 1.0;
        for hour in 0..10 {
            left *= 1.0 - share(DeliveryMode::FrontLoaded, (0, 1_000), (hour * 50, hour * 50 + 50), &steady);
        }
        assert!((1.0 - left - curve(0.5)).abs() < 1e-9, "{left}");
    }
}
