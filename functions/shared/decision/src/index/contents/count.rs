//! How many contents each rule rejected, where no slot came out.

use lockfill_catalog::index::ContentsIndex;
use lockfill_catalog::targeting::Point;

use super::super::plan::mask;
use super::super::serve::seconds;
use super::super::words::flying;
use super::plan::{Blocked, InLanguage};
use super::scores::Scores;
use crate::context::Context;
use crate::rejection::{Rejection, RejectionCounts};
use crate::targeting::Dimension;

/// Counts the first rule that rejects each content. `None` if the index does not cover the time of the slate.
pub(crate) fn count(context: &Context<'_, '_>, index: &ContentsIndex<'_>) -> Option<RejectionCounts> {
    let (slate_seconds, _) = (seconds(context)?, Scores::new(context)?);
    let items = (0..index.words()).map(|word| mask(word * 64, index.items())).collect();
    let mut left = Left { items, counts: RejectionCounts::default() };
    left.flights(index, slate_seconds);
    left.targeting(context, index);
    let language = InLanguage::new(context, index);
    left.keep(Rejection::ContentLanguage, |word| language.as_ref().map_or(0, |it| it.word(word)));
    let blocked = Blocked::new(context, index);
    left.keep(Rejection::BlockedCategory, |word| !blocked.word(word));
    if let Some(rated) = index.rated_up_to(context.inputs.unit.content_rating) {
        left.keep(Rejection::ContentRating, |word| rated[word]);
    }
    left.keep(Rejection::NotReached, |_| 0);
    Some(left.counts)
}

/// The contents that no rule has rejected yet.
struct Left {
    items: Vec<u64>,
    counts: RejectionCounts,
}

impl Left {
    /// Rejects what is not among the contents of each word.
    fn keep(&mut self, rejection: Rejection, of_word: impl Fn(usize) -> u64) {
        let mut rejected = 0;
        for (word, left) in self.items.iter_mut().enumerate() {
            let kept = *left & of_word(word);
            rejected += (*left ^ kept).count_ones() as usize;
            *left = kept;
        }
        self.counts.add_many(rejection, rejected);
    }

    fn flights(&mut self, index: &ContentsIndex<'_>, slate_seconds: (u32, u32)) {
        let flights = index.flights();
        self.keep(Rejection::Flight, |word| flying(flights, slate_seconds, word));
    }

    fn targeting(&mut self, context: &Context<'_, '_>, index: &ContentsIndex<'_>) {
        let subject = context.subject();
        for dimension in Dimension::all() {
            let (point, rejection) = (dimension.point(&subject), Rejection::Targeting(dimension));
            let listed =
                if let Point::List(list) = point { index.admitting(dimension.field(), list) } else { None };
            let unless = if let Some(listed) = listed {
                self.keep(rejection, |word| listed.column[word]);
                listed.unless_sure
            } else {
                let selected = index.select(dimension.field(), point);
                if let Some(column) = selected.column {
                    self.keep(rejection, |word| column[word]);
                }
                selected.unless_open
            };
            let Some(unless) = unless else { continue };
            let admits = |item: u32| {
                let content = context.inputs.catalog.content_at(item);
                content.is_some_and(|content| dimension.admits(content.targeting(), &subject))
            };
            for (word, (left, unless)) in self.items.iter_mut().zip(unless).enumerate() {
                let mut rest = *left & !unless;
                while rest != 0 {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    if !u32::try_from(word * 64).is_ok_and(|first| admits(first + bit)) {
                        *left &= !(1 << bit);
                        self.counts.add(rejection);
                    }
                }
            }
        }
    }
}
