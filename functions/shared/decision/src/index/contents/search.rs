//! The best contents of one standing.

use std::cmp::Reverse;

use lockfill_catalog::index::{Block, ContentsIndex};
use lockfill_models::draw::{Draws, Purpose};

use super::super::words::{flying, passing};
use super::best::{Best, Ranked};
use super::plan::Plan;
use super::scores::{Scores, score};
use super::seen::Seen;
use crate::context::Context;
use crate::eligibility::check_content_targeting;

/// The flights of so many of 64 contents are looked at one by one; those of more are at once.
const FEW: u32 = 8;

/// Whether contents count that the user saw, or those that the user did not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    All,
    Unseen,
    Seen,
}

/// The contents to search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// The first block, and the one behind the last.
    pub blocks: (usize, usize),
    pub among: Among,
    /// The channel to leave out.
    pub without_channel: Option<u32>,
    /// The most contents.
    pub limit: usize,
}

/// Searches the contents of one request.
pub(super) struct Searcher<'s, 'a, 'c> {
    context: &'s Context<'a, 'c>,
    index: &'s ContentsIndex<'c>,
    plan: &'s Plan<'c>,
    scores: Scores,
    draws: Draws,
    slate_seconds: (u32, u32),
    seen: Seen<'a>,
}

impl<'s, 'a, 'c: 'a> Searcher<'s, 'a, 'c> {
    pub(super) fn new(
        context: &'s Context<'a, 'c>,
        index: &'s ContentsIndex<'c>,
        plan: &'s Plan<'c>,
        (scores, slate_seconds): (Scores, (u32, u32)),
    ) -> Self {
        let draws = context.draws(Purpose::ContentOrder);
        Self { context, index, plan, scores, draws, slate_seconds, seen: Seen::new(context) }
    }

    /// The best contents in order.
    pub(super) fn search(&self, wanted: Wanted) -> Vec<Ranked> {
        let mut search = Search { searcher: self, wanted, best: Best::new(wanted.limit) };
        let (from, until) = self.slate_seconds;
        let flies = |block: &Block| block.oldest < until && block.latest_end > from;
        let blocks = (wanted.blocks.0..wanted.blocks.1).filter_map(|number| self.index.block(number));
        let bound = |block: &Block| {
            let factor = self.scores.at(self.scores.step(block.newest))[self.plan.interests.most()];
            score(factor, self.quality(block.from))
        };
        let mut bounded: Vec<_> = blocks.filter(flies).map(|block| (bound(&block), block)).collect();
        bounded.sort_unstable_by_key(|&(bound, block)| (Reverse(bound), block.from));
        for (bound, block) in bounded {
            if bound < search.best.least() {
                break;
            }
            search.read(block);
        }
        search.best.into_ranked()
    }

    fn quality(&self, item: u32) -> u32 {
        self.index.qualities().get(item as usize).copied().unwrap_or(0)
    }
}

/// How contents of a quality compare with the least score that comes into question. Scores rise with interests in common.
struct Bounds {
    quality: u32,
    least: u32,
    /// With so many interests in common the score may be the least.
    below: usize,
    /// With so many the score may be above it.
    not_above: usize,
}

impl Bounds {
    /// `factors` are by interests in common.
    fn new(factors: [u32; 4], quality: u32, least: u32) -> Self {
        let scores = factors.map(|factor| score(factor, quality));
        let count = |test: &dyn Fn(u32) -> bool| scores.into_iter().filter(|&score| test(score)).count();
        Self {
            quality,
            least,
            below: count(&|score| score < least),
            not_above: count(&|score| score <= least),
        }
    }
}

/// One search.
struct Search<'b, 's, 'a, 'c> {
    searcher: &'b Searcher<'s, 'a, 'c>,
    wanted: Wanted,
    best: Best,
}

impl Search<'_, '_, '_, '_> {
    /// Reads the contents of a block, until none that follow can be among the best.
    fn read(&mut self, block: Block) {
        let (plan, scores) = (self.searcher.plan, &self.searcher.scores);
        let step = scores.step(block.newest);
        let is_of_one_step = step == scores.step(block.oldest);
        let factors = scores.at(step);
        let (starts, _) = self.searcher.index.flights();
        let qualities = self.searcher.index.qualities();
        let quality_of = |item: u32| qualities.get(item as usize).copied().unwrap_or(0);
        let mut bounds = Bounds::new(factors, 0, 0);
        for word in block.from as usize / 64..=(block.until as usize - 1) / 64 {
            let Ok(word_from) = u32::try_from(word * 64) else { return };
            let quality = quality_of(block.from.max(word_from));
            let least = self.best.least();
            if (bounds.quality, bounds.least) != (quality, least) {
                bounds = Bounds::new(factors, quality, least);
            }
            if plan.interests.most() < bounds.below {
                return;
            }
            let wanted = within(block, word_from) & plan.in_language(word) & self.wanted(word);
            if wanted == 0 {
                continue;
            }
            let common = plan.interests.common(word);
            let at_least = [u64::MAX, common[0], common[1], common[2], 0];
            let among = wanted & at_least[bounds.below];
            let survivors = if among == 0 { 0 } else { plan.survivors(word, among) };
            let mut left = self.in_order(word, survivors, at_least[bounds.not_above]);
            // Mostly nothing is left where scores are equal, and not all processors have an instruction that counts bits.
            if left != 0 && left.count_ones() > FEW {
                left &= flying(self.searcher.index.flights(), self.searcher.slate_seconds, word);
            }
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let item = word_from + bit;
                let interests = common.iter().filter(|&&bits| bits >> bit & 1 == 1).count();
                let factor = if is_of_one_step {
                    factors[interests]
                } else {
                    scores.at(scores.step(starts.get(item as usize).copied().unwrap_or(0)))[interests]
                };
                self.add(item, score(factor, quality_of(item)));
            }
        }
    }

    /// The contents of a word that the search is for, as far as the history is known.
    fn wanted(&self, word: usize) -> u64 {
        let Searcher { index, seen, .. } = self.searcher;
        let of_history = match self.wanted.among {
            Among::All => u64::MAX,
            Among::Unseen => !seen.known(word),
            Among::Seen => seen.word(word),
        };
        let of_channels = |without| passing(index.channels(), word, |channel| channel != without);
        if of_history == 0 {
            0
        } else {
            of_history & self.wanted.without_channel.map_or(u64::MAX, of_channels)
        }
    }

    /// The survivors of a word without those that the draw puts behind the worst of the best. The scores of all but
    /// those above are no higher than that of the worst.
    fn in_order(&self, word: usize, survivors: u64, above: u64) -> u64 {
        let Some(worst) = self.best.worst() else { return survivors };
        let hashes = (self.searcher.index.id_hashes(), word);
        survivors & above | drawn_before(worst.drawn, self.searcher.draws, hashes, survivors & !above)
    }

    /// Takes a survivor, if it is one of the best.
    fn add(&mut self, item: u32, score_ppm: u32) {
        let Searcher { context, index, plan, draws, ref seen, slate_seconds: (from, until), .. } =
            *self.searcher;
        if score_ppm < self.best.least() {
            return;
        }
        let place = item as usize;
        let (starts, ends) = index.flights();
        let flies = starts.get(place).is_some_and(|&start| start < until)
            && ends.get(place).is_some_and(|&end| end > from);
        let Some(&channel) = index.channels().get(place).filter(|_| flies) else { return };
        let Some(&hash) = index.id_hashes().get(place) else { return };
        let is_unseen = self.wanted.among == Among::Unseen;
        let test = |content| {
            !(is_unseen && seen.holds(content))
                && (!plan.needs_check(item) || check_content_targeting(content, context).is_ok())
        };
        let ranked = Ranked { score_ppm, drawn: draws.of(hash), item, channel };
        self.best.add(ranked, || context.inputs.catalog.content_at(item).is_some_and(test));
    }
}

/// Those contents of a word whose draw is less than another one.
///
/// It is a function of its own so that the constants of the hash stay in registers.
#[inline(never)]
fn drawn_before(other: u64, draws: Draws, (hashes, word): (&[u64], usize), contents: u64) -> u64 {
    let hashes = hashes.get(word * 64..).unwrap_or_default();
    let (mut left, mut before) = (contents, 0);
    if let Some(hashes) = hashes.first_chunk::<64>() {
        while left != 0 {
            let bit = left.trailing_zeros();
            left &= left - 1;
            if draws.is_before(hashes[bit as usize & 63], other) {
                before |= 1 << bit;
            }
        }
    } else {
        for (bit, &hash) in hashes.iter().enumerate() {
            before |= u64::from(draws.of(hash) < other) << bit;
        }
        before &= contents;
    }
    before
}

/// Those of 64 contents that are in a block.
const fn within(block: Block, word_from: u32) -> u64 {
    let before = block.from.saturating_sub(word_from);
    let behind = (word_from + 64).saturating_sub(block.until);
    // Both are below 64: the word holds a content of the block.
    (u64::MAX << before) & (u64::MAX >> behind)
}

#[cfg(test)]
mod tests {
    use lockfill_models::draw::number_hash;

    use super::*;

    #[test]
    fn the_contents_of_a_word_whose_draw_is_less_are_found_in_whole_words_and_in_parts() {
        let draws = Draws::new(Purpose::ContentOrder, "u", 29_922_300);
        for length in [0, 1, 63, 64, 65, 130] {
            let hashes: Vec<u64> = (0..length).map(|number| number_hash(7, number)).collect();
            for (other, word) in
                [0, 1 << 63, u64::MAX].into_iter().flat_map(|it| [0, 1, 2].map(|word| (it, word)))
            {
                for contents in [0, u64::MAX, 0x8000_0000_5555_0003] {
                    let found = drawn_before(other, draws, (&hashes, word), contents);
                    for bit in 0..64 {
                        let drawn = hashes.get(word * 64 + bit).map(|&hash| draws.of(hash));
                        let expected = contents >> bit & 1 == 1 && drawn.is_some_and(|drawn| drawn < other);
                        assert_eq!(
                            found >> bit & 1 == 1,
                            expected,
                            "{bit} of word {word}, {length}, {other}"
                        );
                    }
                }
            }
        }
    }
}
