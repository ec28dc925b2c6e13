//! The best contents of a search, in order.

use lockfill_models::draw::Draws;

/// A content that may be shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked<'c> {
    score_ppm: u32,
    /// The draw that decides among contents of one score; none before another one has the score.
    tie: Option<u64>,
    id: &'c [u8],
    pub item: u32,
    pub channel: u32,
}

impl<'c> Ranked<'c> {
    pub(super) const fn new(score_ppm: u32, id: &'c [u8], (item, channel): (u32, u32)) -> Self {
        Self { score_ppm, tie: None, id, item, channel }
    }

    fn is_before(&mut self, other: &mut Self, draws: &mut Draws) -> bool {
        if self.score_ppm != other.score_ppm {
            return self.score_ppm > other.score_ppm;
        }
        (self.drawn(draws), self.id) < (other.drawn(draws), other.id)
    }

    fn drawn(&mut self, draws: &mut Draws) -> u64 {
        *self.tie.get_or_insert_with(|| draws.draw_bytes(self.id))
    }
}

/// The best contents so far, the best first; as many as are wanted at most.
pub(super) struct Best<'c> {
    ranked: Vec<Ranked<'c>>,
    limit: usize,
    draws: Draws,
}

impl<'c> Best<'c> {
    /// None yet, of at least one that is wanted.
    pub(super) fn new(draws: Draws, limit: usize) -> Self {
        Self { ranked: Vec::with_capacity(limit), limit, draws }
    }

    /// The least score that comes into question.
    pub(super) fn least(&self) -> u32 {
        let worst = self.ranked.last().filter(|_| self.ranked.len() == self.limit);
        worst.map_or(0, |worst| worst.score_ppm)
    }

    /// Adds a content if it is one of the best and passes a test, which is the last thing that is looked at.
    pub(super) fn add(&mut self, mut new: Ranked<'c>, test: impl FnOnce() -> bool) {
        let mut place = self.ranked.len();
        // From the worst one on, because most contents are not even better than that.
        while let Some(other) = place.checked_sub(1).and_then(|before| self.ranked.get_mut(before)) {
            if !new.is_before(other, &mut self.draws) {
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
    pub(super) fn into_ranked(self) -> Vec<Ranked<'c>> {
        self.ranked
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use lockfill_models::draw::{Purpose, draw};

    use super::*;

    #[test]
    fn the_best_that_pass_the_test_are_in_the_order_of_score_draw_and_id() {
        let ids: Vec<String> = (0..300).map(|number| format!("ct-{number}")).collect();
        for (scores, limit) in [(1, 20), (3, 20), (40, 1), (40, 7), (100_000, 20), (2, 400)] {
            let score = |item: u32| item.wrapping_mul(2_654_435_761) % scores;
            let is_wanted = |item: u32| !item.is_multiple_of(3);
            let mut best = Best::new(Draws::new(Purpose::ContentOrder, "u", 7), limit);
            for (item, id) in (0..).zip(&ids) {
                best.add(Ranked::new(score(item), id.as_bytes(), (item, 0)), || is_wanted(item));
            }
            let mut expected: Vec<u32> = (0..300).filter(|&item| is_wanted(item)).collect();
            expected.sort_by_key(|&item| {
                let id = &ids[item as usize];
                (Reverse(score(item)), draw(Purpose::ContentOrder, "u", id, 7), id)
            });
            expected.truncate(limit);
            let least = if expected.len() == limit { expected.last().map_or(0, |it| score(*it)) } else { 0 };
            assert_eq!(best.least(), least, "{scores} scores, {limit}");
            let found: Vec<u32> = best.into_ranked().iter().map(|ranked| ranked.item).collect();
            assert_eq!(found, expected, "{scores} scores, {limit}");
        }
    }
}
