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
        Self { context, index, plan, scores, slate_seconds, seen: Seen::new(context) }
    }

    /// The best contents in order.
    pub(super) fn search(&self, wanted: Wanted) -> Vec<Ranked<'c>> {
        let (user_id, minute) = (&self.context.inputs.query.user_id, self.context.slate.from.epoch_minute());
        let best = Best::new(Draws::new(Purpose::ContentOrder, user_id, minute), wanted.limit);
        let mut search = Search { searcher: self, wanted, best };
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

/// One search.
struct Search<'b, 's, 'a, 'c> {
    searcher: &'b Searcher<'s, 'a, 'c>,
    wanted: Wanted,
    best: Best<'c>,
}

impl Search<'_, '_, '_, '_> {
    /// Reads the contents of a block, until none that follow can be among the best.
    fn read(&mut self, block: Block) {
        let (plan, scores) = (self.searcher.plan, &self.searcher.scores);
        let step = scores.step(block.newest);
        let is_of_one_step = step == scores.step(block.oldest);
        let factors = scores.at(step);
        let (starts, _) = self.searcher.index.flights();
        for word in block.from as usize / 64..=(block.until as usize - 1) / 64 {
            let Ok(word_from) = u32::try_from(word * 64) else { return };
            let quality = self.searcher.quality(block.from.max(word_from));
            let bounds = factors.map(|factor| score(factor, quality));
            if bounds[plan.interests.most()] < self.best.least() {
                return;
            }
            let wanted = within(block, word_from) & plan.in_language(word) & self.wanted(word);
            if wanted == 0 {
                continue;
            }
            let common = plan.interests.common(word);
            let among = wanted & in_question(common, bounds, self.best.least());
            let mut left = if among == 0 { 0 } else { plan.survivors(word, among) };
            if left.count_ones() > FEW {
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
                self.add(item, score(factor, self.searcher.quality(item)));
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

    /// Takes a survivor, if it is one of the best.
    fn add(&mut self, item: u32, score_ppm: u32) {
        let Searcher { context, index, plan, ref seen, slate_seconds: (from, until), .. } = *self.searcher;
        if score_ppm < self.best.least() {
            return;
        }
        let place = item as usize;
        let (starts, ends) = index.flights();
        let flies = starts.get(place).is_some_and(|&start| start < until)
            && ends.get(place).is_some_and(|&end| end > from);
        let Some(&channel) = index.channels().get(place).filter(|_| flies) else { return };
        let Some(content) = context.inputs.catalog.content_at(item) else { return };
        let is_unseen = self.wanted.among == Among::Unseen;
        self.best.add(Ranked::new(score_ppm, content.id_bytes(), (item, channel)), || {
            !(is_unseen && seen.holds(content))
                && (!plan.needs_check(item) || check_content_targeting(content, context).is_ok())
        });
    }
}

/// Those of 64 contents that are in a block.
const fn within(block: Block, word_from: u32) -> u64 {
    let before = block.from.saturating_sub(word_from);
    let behind = (word_from + 64).saturating_sub(block.until);
    // Both are below 64: the word holds a content of the block.
    (u64::MAX << before) & (u64::MAX >> behind)
}

/// Those of 64 contents whose bound is not below the least score.
fn in_question(common: [u64; 3], bounds: [u32; 4], least: u32) -> u64 {
    let classes = [!common[0], common[0] & !common[1], common[1] & !common[2], common[2]];
    classes.iter().zip(bounds).filter(|&(_, bound)| bound >= least).fold(0, |all, (class, _)| all | class)
}
