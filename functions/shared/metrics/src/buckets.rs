//! Values in buckets of about equal relative width: four a doubling. The middle of a bucket is at most an eighth away
//! from any value in it.

use std::sync::atomic::{AtomicU64, Ordering};

/// The values 0 to 3 have a bucket each, and the doublings from 4 to 2^26 four each. Larger values are in the last one:
/// 67 seconds, in microseconds.
pub(crate) const BUCKETS: usize = 100;

/// The counts of a distribution, and the sum of its values.
#[derive(Debug)]
pub(crate) struct Histogram {
    counts: [AtomicU64; BUCKETS],
    sum: AtomicU64,
}

/// What a histogram holds at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    pub counts: [u64; BUCKETS],
    pub sum: u64,
}

impl Histogram {
    pub(crate) const fn new() -> Self {
        Self { counts: [const { AtomicU64::new(0) }; BUCKETS], sum: AtomicU64::new(0) }
    }

    pub(crate) fn add(&self, value: u64) {
        self.counts[bucket(value)].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    pub(crate) fn counted(&self) -> Counted {
        let counts = std::array::from_fn(|bucket| self.counts[bucket].load(Ordering::Relaxed));
        Counted { counts, sum: self.sum.load(Ordering::Relaxed) }
    }
}

impl Counted {
    pub(crate) const NOTHING: Self = Self { counts: [0; BUCKETS], sum: 0 };

    /// What was added since an earlier instant.
    pub(crate) fn since(&self, before: &Self) -> Self {
        let counts = std::array::from_fn(|bucket| self.counts[bucket].wrapping_sub(before.counts[bucket]));
        Self { counts, sum: self.sum.wrapping_sub(before.sum) }
    }

    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many values are less than a power of two.
    pub(crate) fn below(&self, power: u32) -> u64 {
        self.counts[..bucket(1 << power)].iter().sum()
    }

    /// The values in order, each the middle of its bucket; of more than `most`, so many that are spread evenly.
    pub(crate) fn values(&self, most: u64) -> Vec<f64> {
        let total = self.total();
        let wanted = total.min(most);
        let mut values = Vec::new();
        let (mut bucket, mut up_to) = (0, self.counts[0]);
        for place in 0..wanted {
            // The middle of each of `wanted` equal parts.
            let rank = (2 * place + 1) * total / (2 * wanted);
            while rank >= up_to && bucket + 1 < BUCKETS {
                bucket += 1;
                up_to += self.counts[bucket];
            }
            values.push(middle(bucket));
        }
        values
    }
}

fn bucket(value: u64) -> usize {
    let doubling = value.checked_ilog2().unwrap_or(0);
    if doubling < 2 {
        return usize::try_from(value).unwrap_or(0);
    }
    let quarter = (value >> (doubling - 2)) & 3;
    let index = u64::from(doubling - 1) * 4 + quarter;
    usize::try_from(index).unwrap_or(BUCKETS).min(BUCKETS - 1)
}

/// The middle of a bucket's values.
#[expect(clippy::cast_precision_loss, reason = "values of a bucket are less than 2^27")]
fn middle(bucket: usize) -> f64 {
    if bucket < 4 {
        return bucket as f64;
    }
    let width = 1_u64 << (bucket / 4 - 1);
    let first = (4 + bucket as u64 % 4) * width;
    (2 * first + width - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "the values are small")]
    fn the_middle_of_a_bucket_is_an_eighth_away_from_its_values_at_most() {
        let mut last = 0;
        for value in (0..5_000).chain((5_000..1 << 26).step_by(997)) {
            let (bucket, value) = (bucket(value), value as f64);
            assert!(bucket >= last && bucket < BUCKETS);
            last = bucket;
            assert!((middle(bucket) - value).abs() <= value / 8.0, "{value} is in {bucket}");
        }
        assert_eq!((last, bucket((1 << 26) - 1), bucket(u64::MAX)), (BUCKETS - 1, BUCKETS - 1, BUCKETS - 1));
    }

    #[test]
    fn of_many_values_a_hundred_are_told_that_are_spread_evenly_over_them() {
        let histogram = Histogram::new();
        for value in 0..100_000 {
            histogram.add(value);
        }
        let values = histogram.counted().values(100);
        assert_eq!(values.len(), 100);
        for (place, value) in (0..100_u32).zip(&values) {
            let exact = f64::from(place) * 1_000.0 + 500.0;
            assert!((value - exact).abs() <= exact / 8.0, "{place}: {value}");
        }
        assert_eq!(Counted::NOTHING.values(100), Vec::<f64>::new());
    }

    #[test]
    fn few_values_are_told_one_by_one_and_none_twice() {
        let histogram = Histogram::new();
        for value in [3, 1, 1, 2] {
            histogram.add(value);
        }
        let before = histogram.counted();
        assert_eq!(before.values(100), [1.0, 1.0, 2.0, 3.0]);
        histogram.add(0);
        let since = histogram.counted().since(&before);
        assert_eq!((since.values(100), since.total(), since.sum), (vec![0.0], 1, 0));
        assert_eq!((before.below(1), before.below(2), before.sum), (2, 4, 7));
    }
}
