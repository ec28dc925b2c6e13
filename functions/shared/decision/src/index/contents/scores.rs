//! Scores of contents by class of affinity and step of freshness.

use crate::content_rank::{
    AFFINITY_BASE_PPM, AFFINITY_MAX_PPM, AFFINITY_STEP_PPM, FRESHNESS_OLD_PPM, FRESHNESS_PPM,
};
use crate::context::Context;

const STEPS: usize = FRESHNESS_PPM.len();
const PPM: u64 = 1_000_000;

/// Affinity x freshness of one request's instant.
pub(super) struct Scores {
    /// What is published behind an instant has at least the freshness of its step.
    published_behind: [u32; STEPS],
    /// Affinity x freshness in ppm, by step of freshness and by interests in common, of which three count.
    factors: [[u32; 4]; STEPS + 1],
}

impl Scores {
    /// `None` if the time is not one at which 32 bits tell all ages apart.
    pub(super) fn new(context: &Context<'_, '_>) -> Option<Self> {
        let now = context.slate.from.0;
        let mut published_behind = [0; STEPS];
        for (place, (below_hours, _)) in published_behind.iter_mut().zip(FRESHNESS_PPM) {
            *place = u32::try_from(now - below_hours * 3_600).ok()?;
        }
        let freshness = FRESHNESS_PPM.map(|step| step.1);
        let mut factors = [[0; 4]; STEPS + 1];
        for (row, ppm) in factors.iter_mut().zip(freshness.into_iter().chain([FRESHNESS_OLD_PPM])) {
            for (factor, common) in row.iter_mut().zip(0..) {
                let affinity_ppm = (AFFINITY_BASE_PPM + AFFINITY_STEP_PPM * common).min(AFFINITY_MAX_PPM);
                *factor = u32::try_from(affinity_ppm * ppm / 1_000_000).ok()?;
            }
        }
        Some(Self { published_behind, factors })
    }

    /// The step of freshness of what is published at an instant: 0 is the freshest.
    pub(super) fn step(&self, published_at: u32) -> usize {
        self.published_behind.iter().filter(|&&behind| published_at <= behind).count()
    }

    /// The scores at a step for 0, 1, 2, and 3 or more interests in common, by quality.
    pub(super) fn at(&self, step: usize) -> [u32; 4] {
        self.factors.get(step).copied().unwrap_or_default()
    }
}

/// A score in ppm from the product of affinity and freshness, and from quality, which is at most a million ppm.
pub(super) fn score(factor_ppm: u32, quality_ppm: u32) -> u32 {
    u32::try_from(u64::from(factor_ppm) * u64::from(quality_ppm) / PPM).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockfill_models::arithmetic::product_ppm;

    #[test]
    fn a_score_by_factors_is_the_product_floored_after_each_step() {
        for affinity in [250_000_u32, 500_000, 750_000, 1_000_000] {
            for freshness in [1_000_000_u32, 950_000, 120_000, 50_000] {
                for quality in [0_u32, 1, 3, 999_999, 1_000_000, 777_777] {
                    let factor = affinity / 1_000 * (freshness / 1_000);
                    let product = product_ppm(&[affinity.into(), freshness.into(), quality.into()]);
                    assert_eq!(i64::from(score(factor, quality)), product);
                }
            }
        }
    }
}
