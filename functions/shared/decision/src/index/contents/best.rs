//! The best contents of a search, in order.

/// A content that may be shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub score_ppm: u32,
    /// The draw that decides among contents of one score.
    pub drawn: u64,
    pub item: u32,
    pub channel: u32,
}

impl Ranked {
    const fn is_before(&self, other: &Self) -> bool {
        if self.score_ppm == other.score_ppm {
            self.drawn < other.drawn
        } else {
            self.score_ppm > other.score_ppm
        }
    }
}

/// The best contents so far, the best first; as many as are wanted at most.
pub(super) struct Best {
    ranked: Vec<Ranked>,
    limit: usize,
}

impl Best {
    /// None yet, of at least one that is wanted.
    pub(super) fn new(limit: usize) -> Self {
        Self { ranked: Vec::with_capacity(limit), limit }
    }

    /// The last of the best, if there are as many as are wanted.
    pub(super) fn worst(&self) -> Option<&Ranked> {
        self.ranked.last().filter(|_| self.ranked.len() == self.limit)
    }

    /// The least score that comes into question.
    pub(super) fn least(&self) -> u32 {
        self.worst().map_or(0, |worst| worst.score_ppm)
    }

    /// Adds a content if it is one of the best and passes a test, which is the last thing that is looked at.
    pub(super) fn add(&mut self, new: Ranked, test: impl FnOnce() -> bool) {
        let mut place = self.ranked.len();
        // From the worst one on, because most contents are not even better than that.
        while let Some(other) = place.checked_sub(1).and_then(|before| self.ranked.get(before)) {
            if !new.is_before(other) {
                break;
            }
            place -= 1;
        }
        if place == self.limit || !test() {
            return;
        }
        self.ranked.truncate(self.limit - 1);
        self.ranked.insert(place, new);
    }

    /// The best contents in order.
    pub(super) fn into_ranked(self) -> Vec<Ranked> {
        self.ranked
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use lockfill_models::draw::number_hash;

    use super::*;

    #[test]
    fn the_best_that_pass_the_test_are_in_the_order_of_score_and_draw() {
        let drawn = |item: u32| number_hash(7, item.into());
        for (scores, limit) in [(1, 20), (3, 20), (40, 1), (40, 7), (100_000, 20), (2, 400)] {
            let score = |item: u32| item.wrapping_mul(2_654_435_761) % scores;
            let is_wanted = |item: u32| !item.is_multiple_of(3);
            let mut best = Best::new(limit);
            for item in 0..300 {
                let ranked = Ranked { score_ppm: score(item), drawn: drawn(item), item, channel: 0 };
                best.add(ranked, || is_wanted(item));
            }
            let mut expected: Vec<u32> = (0..300).filter(|&item| is_wanted(item)).collect();
            expected.sort_by_key(|&item| (Reverse(score(item)), drawn(item)));
            expected.truncate(limit);
            let least = if expected.len() == limit { expected.last().map_or(0, |it| score(*it)) } else { 0 };
            assert_eq!(best.least(), least, "{scores} scores, {limit}");
            let found: Vec<u32> = best.into_ranked().iter().map(|ranked| ranked.item).collect();
            assert_eq!(found, expected, "{scores} scores, {limit}");
        }
    }
}
