//! Slots that were handed out and not yet reported: what share of them is shown and reported, and how late.
//!
//! A slot waits in pools that empty at different speeds. How much of what leaves each pool becomes an impression is
//! learned from all line items together, as a least-squares fit without negative weights whose prior counts as some
//! impressions. A line item then differs from all by a factor of its own.

use serde::{Deserialize, Serialize};

/// Pools.
pub(super) const POOLS: usize = 4;
/// The mean time in each pool, in minutes: shown at once, within a session, within a slate, late reports of devices
/// that were offline.
pub(super) const MINUTES: [f64; POOLS] = [3.0, 15.0, 60.0, 360.0];
/// The share of handed-out slots that each pool turns into impressions, before anything is known.
const PRIOR: [f64; POOLS] = [0.04, 0.10, 0.21, 0.05];
/// The weight of the prior, in slots that left a pool.
const PRIOR_SLOTS: f64 = 300.0;
/// What was learned is forgotten by a factor of e in so many minutes: two days.
const MEMORY_MINUTES: f64 = 2_880.0;
/// Rounds of coordinate descent. The fit starts at the one of the run before.
const ROUNDS: usize = 30;

/// Slots of one line item that wait, by pool. Each pool counts all slots as if there were no other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Pools([f32; POOLS]);

impl Pools {
    /// Lets time pass, and adds what was handed out in it. Returns the slots that left each pool.
    pub(super) fn advance(&mut self, minutes: f64, handed_out: f64) -> [f64; POOLS] {
        let mut left = [0.0; POOLS];
        for ((pool, left), mean) in self.0.iter_mut().zip(&mut left).zip(MINUTES) {
            let stays = (-minutes / mean).exp();
            // What is handed out in the span waits half of it, in the mean.
            let new_stays = (-minutes / 2.0 / mean).exp();
            *left = f64::from(*pool) * (1.0 - stays) + handed_out * (1.0 - new_stays);
            *pool = single(f64::from(*pool) * stays + handed_out * new_stays);
        }
        left
    }

    /// Impressions that are expected within so many minutes.
    pub(super) fn arriving(&self, shown: &Shown, minutes: f64) -> f64 {
        let parts = self.0.iter().zip(shown.weights).zip(MINUTES);
        let of_pool = |((&pool, weight), mean): ((&f32, f32), f64)| {
            f64::from(pool) * f64::from(weight) * (1.0 - (-minutes / mean).exp())
        };
        parts.map(of_pool).sum()
    }

    /// Impressions that are still expected.
    pub(super) fn expected(&self, shown: &Shown) -> f64 {
        self.0.iter().zip(shown.weights).map(|(&pool, weight)| f64::from(pool) * f64::from(weight)).sum()
    }
}

/// What share of handed-out slots is shown, by pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Shown {
    weights: [f32; POOLS],
    /// The normal equations of the fit.
    products: [[f32; POOLS]; POOLS],
    targets: [f32; POOLS],
}

impl Default for Shown {
    fn default() -> Self {
        Self { weights: PRIOR.map(single), products: Default::default(), targets: [0.0; POOLS] }
    }
}

impl Shown {
    /// Impressions that are expected of slots that left the pools.
    pub(super) fn expected(&self, left: &[f64; POOLS]) -> f64 {
        left.iter().zip(self.weights).map(|(left, weight)| left * f64::from(weight)).sum()
    }

    /// The share of handed-out slots that are shown and reported, sooner or later.
    pub(super) fn share(&self) -> f64 {
        self.weights.iter().map(|&weight| f64::from(weight)).sum::<f64>().max(0.01)
    }

    /// What slots bring within so many minutes that are handed out evenly from now on, one impression's worth a minute.
    pub(super) fn within(&self, minutes: f64) -> f64 {
        let of_pool = |(&weight, mean): (&f32, f64)| {
            f64::from(weight) * (minutes - mean * (1.0 - (-minutes / mean).exp()))
        };
        self.weights.iter().zip(MINUTES).map(of_pool).sum::<f64>() / self.share()
    }

    /// How long after the hand-out an impression comes in the mean, in seconds. Late reports are left out: when they
    /// arrive does not say when the slot was shown.
    pub(super) fn lead_seconds(&self) -> i64 {
        let prompt = || {
            self.weights.iter().zip(MINUTES).take(POOLS - 1).map(|(&weight, mean)| (f64::from(weight), mean))
        };
        let all: f64 = prompt().map(|(weight, _)| weight).sum();
        let minutes = prompt().map(|(weight, mean)| weight * mean).sum::<f64>() / all.max(0.01);
        // At most an hour.
        #[expect(clippy::cast_possible_truncation, reason = "a few thousand seconds")]
        let seconds = (minutes * 60.0) as i64;
        seconds
    }

    /// Learns that so many impressions arrived while so many slots left the pools.
    pub(super) fn learn(&mut self, left: &[f64; POOLS], impressions: f64, minutes: f64) {
        let keeps = (-minutes / MEMORY_MINUTES).exp();
        // An arrival varies as much as it is large.
        let certainty = 1.0 / (self.expected(left) + 1.0);
        for (row, &own) in left.iter().enumerate() {
            for (column, &other) in left.iter().enumerate() {
                let product = &mut self.products[row][column];
                *product = single(f64::from(*product) * keeps + own * other * certainty);
            }
            let target = &mut self.targets[row];
            *target = single(f64::from(*target) * keeps + own * impressions * certainty);
        }
        for _ in 0..ROUNDS {
            (0..POOLS).for_each(|pool| self.fit(pool));
        }
    }

    /// The best weight of one pool while the others stay.
    fn fit(&mut self, pool: usize) {
        let others = (0..POOLS).filter(|&other| other != pool);
        let by_others: f64 =
            others.map(|other| f64::from(self.products[pool][other]) * f64::from(self.weights[other])).sum();
        let own = f64::from(self.products[pool][pool]) + PRIOR_SLOTS;
        let target = f64::from(self.targets[pool]) + PRIOR_SLOTS * PRIOR[pool];
        self.weights[pool] = single(((target - by_others) / own).clamp(0.0, 1.0));
    }
}

/// A number as states have it.
#[expect(clippy::cast_possible_truncation, reason = "states need no more than seven digits")]
pub(super) const fn single(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A world in which so many of a minute's slots are shown after so many minutes.
    fn learned(delays: &[(usize, f64)], handed_out: impl Fn(usize) -> f64) -> (Shown, Pools) {
        let (mut shown, mut pools) = (Shown::default(), Pools::default());
        for minute in 0..5_000_usize {
            let left = pools.advance(1.0, handed_out(minute));
            let arrived =
                |(delay, share): &(usize, f64)| minute.checked_sub(*delay).map_or(0.0, &handed_out) * share;
            shown.learn(&left, delays.iter().map(arrived).sum(), 1.0);
        }
        (shown, pools)
    }

    #[test]
    fn what_is_shown_and_how_late_is_learned() {
        let waves = |minute: usize| 50.0 + 40.0 * (minute as f64 / 200.0).sin();
        let delays = [(2, 0.3), (10, 0.2), (40, 0.2)];
        let (shown, pools) = learned(&delays, waves);
        assert!((shown.share() - 0.7).abs() < 0.03, "{shown:?}");
        let waits: f64 = delays
            .iter()
            .map(|(delay, share)| (0..*delay).map(|ago| waves(4_999 - ago) * share).sum::<f64>())
            .sum();
        let expected = pools.expected(&shown);
        assert!((expected - waits).abs() < 0.15 * waits, "{expected} instead of {waits}");
    }

    #[test]
    fn few_impressions_leave_the_prior() {
        let (shown, _) = learned(&[(5, 0.9)], |minute| if minute < 3 { 1.0 } else { 0.0 });
        assert!((shown.share() - 0.4).abs() < 0.02, "{shown:?}");
    }
}
