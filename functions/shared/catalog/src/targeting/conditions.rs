//! The conditions of an item in a blob: those that ask for something, in the order in which they are checked.
//!
//! Targeting is sparse: of twenty conditions an item has three to six. Each is stored as a number that holds its field
//! and the count of its own numbers, and these.

use super::set_condition::{SetCondition, SetView};
use super::shape::{Shape, StoredCondition, length};
use crate::stored::{TextStore, TextWriter};

/// A number has the field in its upper 8 bits and the count in the others. Rows have 64 MiB at most, so no condition
/// has more numbers; if one had, its count would not fit, and the blob would not be opened.
const COUNT_BITS: u32 = 24;
const COUNT_MAX: u32 = (1 << COUNT_BITS) - 1;

/// Writes conditions in the order of their fields.
#[derive(Debug, Default)]
pub(super) struct ConditionsWriter {
    words: Vec<u32>,
}

impl ConditionsWriter {
    /// Adds a condition, unless it asks for nothing.
    pub(super) fn add(&mut self, field: usize, condition: &impl Shape, texts: &mut TextWriter) {
        if condition.is_open() {
            return;
        }
        let mut written = Vec::new();
        condition.write(texts, &mut written);
        let field = u32::try_from(field).unwrap_or(u32::MAX);
        self.words.push(field << COUNT_BITS | length(&written).min(COUNT_MAX));
        self.words.extend(written);
    }

    pub(super) fn finish(self) -> Vec<u32> {
        self.words
    }
}

/// The conditions of an item.
#[derive(Debug, Clone, Copy)]
pub struct Conditions<'c> {
    pub(crate) texts: TextStore<'c>,
    pub(crate) words: &'c [u32],
}

/// One condition. The method that is named after its field views it.
#[derive(Debug, Clone, Copy)]
pub struct Condition<'c> {
    /// The field's number, see [`super::Field`].
    pub field: usize,
    pub(super) stored: StoredCondition<'c>,
}

impl<'c> Condition<'c> {
    /// The condition of a field of lists.
    #[must_use]
    pub fn list(self) -> SetView<'c> {
        SetCondition::view(self.stored)
    }
}

impl<'c> Conditions<'c> {
    /// Whether the item is for all users.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.words.is_empty()
    }

    /// The conditions that ask for something, in the order in which they are checked.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = Condition<'c>> {
        let Self { texts, words: mut rest } = self;
        std::iter::from_fn(move || {
            let (&head, behind) = rest.split_first()?;
            let (words, others) = behind.split_at_checked((head & COUNT_MAX) as usize)?;
            rest = others;
            Some(Condition { field: (head >> COUNT_BITS) as usize, stored: StoredCondition { texts, words } })
        })
    }

    /// The condition of a field; `None` if it asks for nothing.
    #[must_use]
    #[inline]
    pub fn of(self, field: usize) -> Option<Condition<'c>> {
        self.iter().find(|condition| condition.field == field)
    }

    /// Whether the numbers are conditions, each field's once and in order.
    pub(crate) fn is_sound(self, is_of_its_shape: impl Fn(usize, StoredCondition<'_>) -> bool) -> bool {
        let (mut read, mut next_field) = (0, 0);
        for condition in self.iter() {
            if condition.field < next_field || !is_of_its_shape(condition.field, condition.stored) {
                return false;
            }
            next_field = condition.field + 1;
            read += 1 + condition.stored.words.len();
        }
        read == self.words.len()
    }
}
