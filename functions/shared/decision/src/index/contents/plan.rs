//! The columns of contents that a request selects.

use lockfill_catalog::index::{ContentsIndex, Members};

use super::super::plan::{has, mask};
use super::interests::Interests;
use crate::context::Context;
use crate::targeting::Dimension;

/// A column of the index, or one that was made for the request.
enum Plane<'c> {
    All,
    Column(&'c [u64]),
    Made(Vec<u64>),
}

impl<'c> Plane<'c> {
    fn of(members: Members<'c>, words: usize) -> Self {
        match members {
            Members::All => Self::All,
            Members::Column(column) => Self::Column(column),
            Members::Listed(items) => {
                let mut made = vec![0; words];
                set(&mut made, items);
                Self::Made(made)
            }
        }
    }

    fn word(&self, word: usize) -> u64 {
        match self {
            Self::All => u64::MAX,
            Self::Column(column) => column.get(word).copied().unwrap_or(0),
            Self::Made(made) => made.get(word).copied().unwrap_or(0),
        }
    }
}

fn set(made: &mut [u64], items: &[u32]) {
    for &item in items {
        made[item as usize / 64] |= 1 << (item % 64);
    }
}

/// The contents of categories that the unit blocks.
#[derive(Default)]
pub(super) struct Blocked<'c> {
    columns: Vec<&'c [u64]>,
    /// Those of rare categories; empty if there are none.
    rare: Vec<u64>,
    are_all: bool,
}

impl<'c> Blocked<'c> {
    pub(super) fn new(context: &Context<'_, 'c>, index: &ContentsIndex<'c>) -> Self {
        let mut blocked = Self::default();
        let members = context.inputs.unit.blocked_categories.iter().filter_map(|it| index.category(it));
        for members in members {
            match members {
                Members::All => blocked.are_all = true,
                Members::Column(column) => blocked.columns.push(column),
                Members::Listed(items) => {
                    blocked.rare.resize(index.words(), 0);
                    set(&mut blocked.rare, items);
                }
            }
        }
        blocked
    }

    /// The blocked ones of 64 contents.
    pub(super) fn word(&self, word: usize) -> u64 {
        let rare = self.rare.get(word).copied().unwrap_or(0);
        let rare = if self.are_all { u64::MAX } else { rare };
        self.columns.iter().fold(rare, |bits, column| bits | column.get(word).copied().unwrap_or(0))
    }
}

/// The contents in the language of the request, a bit each.
pub(super) struct InLanguage<'c>(Plane<'c>);

impl<'c> InLanguage<'c> {
    /// `None` if there is no content in the language.
    pub(super) fn new(context: &Context<'_, 'c>, index: &ContentsIndex<'c>) -> Option<Self> {
        let members = index.language(context.content_language())?;
        Some(Self(Plane::of(members, index.words())))
    }

    pub(super) fn word(&self, word: usize) -> u64 {
        self.0.word(word)
    }
}

/// The columns of one request: a content that is not in all of them is rejected by a rule.
pub(super) struct Plan<'c> {
    language: InLanguage<'c>,
    blocked: Blocked<'c>,
    selected: Vec<&'c [u64]>,
    /// For each dimension that is not told apart: the contents that it need not be checked for.
    open: Vec<&'c [u64]>,
    pub interests: Interests<'c>,
    pub items: usize,
}

impl<'c> Plan<'c> {
    /// `None` if there is no content in the language.
    pub(super) fn new(context: &Context<'_, 'c>, index: &ContentsIndex<'c>) -> Option<Self> {
        let language = InLanguage::new(context, index)?;
        let subject = context.subject();
        let (mut selected, mut open) = (Vec::with_capacity(24), Vec::new());
        selected.extend(index.rated_up_to(context.inputs.unit.content_rating));
        for dimension in Dimension::all() {
            let found = index.select(dimension.field(), dimension.point(&subject));
            selected.extend(found.column);
            open.extend(found.unless_open);
        }
        Some(Self {
            language,
            blocked: Blocked::new(context, index),
            selected,
            open,
            interests: Interests::new(context, index),
            items: index.items(),
        })
    }

    /// Those of 64 contents that are in all columns, among some.
    pub(super) fn survivors(&self, word: usize, among: u64) -> u64 {
        let mut left = among & mask(word * 64, self.items) & self.language.word(word);
        for column in &self.selected {
            if left == 0 {
                return 0;
            }
            left &= column.get(word).copied().unwrap_or(0);
        }
        if left == 0 { 0 } else { left & !self.blocked.word(word) }
    }

    /// Those of 64 contents that are in the language.
    pub(super) fn in_language(&self, word: usize) -> u64 {
        self.language.word(word)
    }

    /// Whether the conditions of a survivor have to be checked.
    pub(super) fn needs_check(&self, item: u32) -> bool {
        !self.open.iter().all(|column| has(column, item))
    }

    /// The first survivor from a place on and before another.
    pub(super) fn next(&self, from: u32, until: u32) -> Option<u32> {
        let mut first = from;
        while first < until {
            let left = self.survivors(first as usize / 64, u64::MAX << (first % 64));
            let word_from = first / 64 * 64;
            if left != 0 {
                return Some(word_from + left.trailing_zeros()).filter(|&item| item < until);
            }
            first = word_from + 64;
        }
        None
    }
}
