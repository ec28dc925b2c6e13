//! Columns while they are built.

use std::collections::HashMap;

use crate::stored::NONE;
use crate::targeting::{Name, Point, Shape};

/// What columns are built of. Behind a pointer, so that the building of columns is compiled once, and not for each shape
/// of conditions.
pub(super) trait Named {
    /// What the condition names on its axis.
    fn names(&self) -> Vec<Name<'_>>;

    /// Whether a request that says this may meet the condition.
    fn may_admit(&self, point: Point<'_>) -> bool;
}

impl<S: Shape> Named for S {
    fn names(&self) -> Vec<Name<'_>> {
        Shape::names(self)
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        Shape::may_admit(self, point)
    }
}

/// The conditions of one field, each with its item.
pub(super) type Conditioned<'t> = [(usize, &'t dyn Named)];

/// A column: one bit an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Bits {
    words: Vec<u64>,
    items: usize,
}

impl Bits {
    /// A column in which all items are.
    pub(super) fn all(items: usize) -> Self {
        let mut words = vec![u64::MAX; items.div_ceil(64)];
        if let Some(last) = words.last_mut().filter(|_| !items.is_multiple_of(64)) {
            *last = (1 << (items % 64)) - 1;
        }
        Self { words, items }
    }

    /// Puts an item in, or takes it out.
    pub(super) fn put(&mut self, item: usize, is_in: bool) {
        let (word, bit) = (item / 64, 1 << (item % 64));
        if is_in {
            self.words[word] |= bit;
        } else {
            self.words[word] &= !bit;
        }
    }

    /// The column of the items that a test accepts.
    pub(super) fn of(items: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut bits = Self::all(items);
        (0..items).filter(|&item| !is_in(item)).for_each(|item| bits.put(item, false));
        bits
    }

    /// How many items there are, in or out.
    pub(super) const fn items(&self) -> usize {
        self.items
    }

    fn is_all(&self) -> bool {
        *self == Self::all(self.items)
    }
}

/// The places of the bits of a word that are set, from the lowest on.
pub(super) fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = word.trailing_zeros() as usize;
        word &= word.checked_sub(1)?;
        Some(place)
    })
}

/// Columns one behind the other, equal ones once.
#[derive(Debug, Default)]
pub(super) struct Columns {
    words: Vec<u64>,
    numbers: HashMap<Bits, u32>,
}

impl Columns {
    /// The number of a column; [`NONE`] for one in which all items are.
    pub(super) fn add(&mut self, bits: Bits) -> u32 {
        if bits.is_all() {
            return NONE;
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(NONE);
        let words = &mut self.words;
        *self.numbers.entry(bits).or_insert_with_key(|bits| {
            words.extend_from_slice(&bits.words);
            next
        })
    }

    /// How many columns there are.
    pub(super) fn count(&self) -> usize {
        self.numbers.len()
    }

    /// All columns.
    pub(super) fn finish(self) -> Vec<u64> {
        self.words
    }
}
