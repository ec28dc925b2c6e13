//! The slots of contents.

use lockfill_catalog::index::ContentsIndex;

use super::super::serve::seconds;
use super::best::Ranked;
use super::plan::Plan;
use super::scores::Scores;
use super::search::{Among, Searcher, Wanted};
use crate::context::Context;
use crate::slot::ContentSlot;

/// Up to `count` contents, exactly those of the reference. `None` if the index does not cover the time of the slate.
pub(crate) fn serve<'c>(
    context: &Context<'_, 'c>,
    index: &ContentsIndex<'c>,
    count: usize,
) -> Option<Vec<ContentSlot<'c>>> {
    let times = (Scores::new(context)?, seconds(context)?);
    let Some(plan) = Plan::new(context, index) else { return Some(Vec::new()) };
    let searcher = Searcher::new(context, index, &plan, times);
    let mut placing = Placing { searcher: &searcher, slots: Vec::with_capacity(count), count };
    let (mut from, pinned) = (0, index.pinned());
    while let Some(item) = plan.next(from, pinned).filter(|_| !placing.is_full()) {
        let first = index.block_of(item);
        let block = index.block(first)?;
        let mut until = first + 1;
        from = block.until;
        while let Some(next) = index.block(until).filter(|next| next.rank == block.rank) {
            (from, until) = (next.until, until + 1);
        }
        placing.standing((first, until), Among::All);
    }
    let unpinned = (index.block_of(pinned), index.block_of(u32::MAX));
    placing.standing(unpinned, Among::Unseen);
    if !context.inputs.state.contents.is_empty() {
        placing.standing(unpinned, Among::Seen);
    }
    let catalog = context.inputs.catalog;
    let slot = |&(item, _): &(u32, u32)| {
        let content = catalog.content_at(item)?;
        Some(ContentSlot { content, show: content.flight().intersect(context.slate)? })
    };
    Some(placing.slots.iter().filter_map(slot).collect())
}

struct Placing<'p, 's, 'a, 'c> {
    searcher: &'p Searcher<'s, 'a, 'c>,
    /// Contents and their channels.
    slots: Vec<(u32, u32)>,
    count: usize,
}

impl Placing<'_, '_, '_, '_> {
    const fn is_full(&self) -> bool {
        self.slots.len() >= self.count
    }

    /// Gives slots to the contents of one standing.
    ///
    /// Of the best 2 x n contents for n slots, one is always left, so the best that is left is known. Of the best n
    /// contents of other channels than one, one is always left, too.
    fn standing(&mut self, blocks: (usize, usize), among: Among) {
        if self.is_full() {
            return;
        }
        let slots = self.count - self.slots.len();
        let wanted = Wanted { blocks, among, without_channel: None, limit: 2 * slots };
        let best = self.searcher.search(wanted);
        let is_complete = best.len() < wanted.limit;
        let mut others: Option<(u32, Vec<Ranked>)> = None;
        while !self.is_full() {
            let Some(head) = self.first(&best, |_| true) else { return };
            let last = self.slots.last().map(|slot| slot.1);
            let mut next = self.first(&best, |it| Some(it.channel) != last);
            if let Some(channel) = last.filter(|_| next.is_none() && !is_complete) {
                if others.as_ref().is_none_or(|others| others.0 != channel) {
                    let wanted = Wanted { without_channel: Some(channel), limit: slots, ..wanted };
                    others = Some((channel, self.searcher.search(wanted)));
                }
                next = others.as_ref().and_then(|(_, others)| self.first(others, |_| true));
            }
            let Ranked { item, channel, .. } = next.unwrap_or(head);
            self.slots.push((item, channel));
        }
    }

    /// The first content that has no slot and passes a test.
    fn first(&self, ranked: &[Ranked], test: impl Fn(&Ranked) -> bool) -> Option<Ranked> {
        let is_free = |it: &&Ranked| !self.slots.iter().any(|slot| slot.0 == it.item);
        ranked.iter().filter(|it| test(it)).find(is_free).copied()
    }
}
