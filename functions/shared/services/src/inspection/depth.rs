//! How far down a slate people look.

use std::collections::BTreeMap;

const MILLIONTHS: f64 = 1_000_000.0;
/// Steps of a bisection: the last is finer than a millionth.
const STEPS: usize = 24;

/// How many impressions a request of a unit brings, in millionths, by the unit's id. Each slot of a slate is seen less
/// often than the one before, because the phone asks anew before the slate is shown as a whole.
///
/// The chances fall by the same ratio from slot to slot, beginning with that ratio: the unlocks until a phone asks again
/// are taken for geometrically distributed, which one number describes. Its mean is the impressions of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Depths(pub BTreeMap<String, u32>);

impl Depths {
    /// The chance that a slot is seen relative to the slot before, in a slate of so many slots. 1 where nothing is known
    /// of the unit: each slot counts as seen.
    pub(super) fn ratio(&self, unit_id: &str, slots: usize) -> f64 {
        let Some(impressions) = self.impressions(unit_id) else { return 1.0 };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..STEPS {
            let middle = f64::midpoint(low, high);
            if chances(middle).take(slots).sum::<f64>() < impressions { low = middle } else { high = middle }
        }
        high
    }

    /// How many slots of a slate are seen before the next request, at least one.
    pub(super) fn slots_of_a_slate(&self, unit_id: &str) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 50")]
        let slots = self
            .impressions(unit_id)
            .map_or(usize::MAX, |impressions| impressions.min(50.0).round() as usize);
        slots.max(1)
    }

    fn impressions(&self, unit_id: &str) -> Option<f64> {
        self.0.get(unit_id).map(|&millionths| f64::from(millionths) / MILLIONTHS)
    }
}

/// The chance of each slot, from the first on.
pub(super) fn chances(ratio: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(ratio), move |chance| Some(chance * ratio))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chances_of_a_slate_add_up_to_the_impressions_of_a_request() {
        let depths = Depths([("u-1".to_owned(), 1_700_000), ("u-2".to_owned(), 9_000_000)].into());
        let ratio = depths.ratio("u-1", 5);
        let chances: Vec<f64> = chances(ratio).take(5).collect();
        assert!((chances.iter().sum::<f64>() - 1.7).abs() < 1e-4, "{chances:?}");
        assert!(chances.is_sorted_by(|one, other| one > other));
        assert!((depths.ratio("u-2", 5) - 1.0).abs() < 1e-6, "more than there are slots");
        assert!((depths.ratio("u-3", 5) - 1.0).abs() < 1e-6, "nothing is known");
        assert_eq!([depths.slots_of_a_slate("u-1"), depths.slots_of_a_slate("u-2")], [2, 9]);
    }
}
