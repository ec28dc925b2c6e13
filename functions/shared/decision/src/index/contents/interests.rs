//! How many interests contents have in common with a user.

use lockfill_catalog::index::{ContentsIndex, Members};

use crate::context::Context;

/// For 64 contents, a bit each: whether at least one, two and three interests are in common.
pub(super) type Common = [u64; 3];

/// The interests of a user over all contents.
pub(super) struct Interests<'c> {
    columns: Vec<&'c [u64]>,
    /// Contents of rare categories; empty if there are none.
    rare: Vec<Common>,
    /// How many interests all contents have in common.
    of_all: usize,
    most: usize,
}

impl<'c> Interests<'c> {
    pub(super) fn new(context: &Context<'_, 'c>, index: &ContentsIndex<'c>) -> Self {
        let mut found = Self { columns: Vec::new(), rare: Vec::new(), of_all: 0, most: 0 };
        let interests = &context.inputs.query.interests;
        for (place, interest) in interests.iter().enumerate() {
            if interests[..place].contains(interest) {
                continue;
            }
            let Some(members) = index.category(interest) else { continue };
            found.most += 1;
            match members {
                Members::All => found.of_all += 1,
                Members::Column(column) => found.columns.push(column),
                Members::Listed(items) => {
                    found.rare.resize(index.words(), Common::default());
                    for &item in items {
                        add(&mut found.rare[item as usize / 64], 1 << (item % 64));
                    }
                }
            }
        }
        found.most = found.most.min(3);
        found
    }

    /// The most interests that any content can have in common, of which three count.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    /// The interests in common of 64 contents.
    pub(super) fn common(&self, word: usize) -> Common {
        let mut common = self.rare.get(word).copied().unwrap_or_default();
        for _ in 0..self.of_all.min(3) {
            add(&mut common, u64::MAX);
        }
        for column in &self.columns {
            add(&mut common, column.get(word).copied().unwrap_or(0));
        }
        common
    }
}

/// Adds one interest in common to the contents of some bits.
const fn add(common: &mut Common, bits: u64) {
    common[2] |= common[1] & bits;
    common[1] |= common[0] & bits;
    common[0] |= bits;
}
