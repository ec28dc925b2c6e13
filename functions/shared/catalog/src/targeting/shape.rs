//! What the shapes of conditions have in common: how a condition lies in a blob.

use super::point::{Axis, Name, Point};
use crate::stored::{TextStore, TextWriter};

/// The shape of a condition: what a row has of it, the numbers that a blob has of it, and its view in a blob.
pub trait Shape {
    /// The condition as it lies in a blob.
    type View<'c>;

    /// Whether it asks for nothing. Such a condition is not stored.
    fn is_open(&self) -> bool;

    /// Writes its numbers. A text is written as its number among the texts.
    fn write(&self, texts: &mut TextWriter, words: &mut Vec<u32>);

    /// The condition of these numbers.
    fn view(stored: StoredCondition<'_>) -> Self::View<'_>;

    /// Whether the numbers are those of a condition of this shape.
    fn is_sound(stored: StoredCondition<'_>) -> bool;

    /// How an index tells apart what requests say.
    const AXIS: Axis = Axis::Presence;

    /// What the condition names on its axis.
    fn names(&self) -> Vec<Name<'_>> {
        Vec::new()
    }

    /// Whether a request that says this may meet the condition, which asks for something. The answer is exact unless
    /// the point is [`Point::List`] or [`Point::Present`].
    fn may_admit(&self, point: Point<'_>) -> bool;
}

/// The numbers of a condition, and the texts that they name.
#[derive(Debug, Clone, Copy)]
pub struct StoredCondition<'c> {
    /// The texts of the blob.
    pub texts: TextStore<'c>,
    /// The numbers.
    pub words: &'c [u32],
}

impl<'c> StoredCondition<'c> {
    /// The same texts, and other numbers.
    pub(super) const fn with(self, words: &'c [u32]) -> Self {
        Self { words, ..self }
    }

    /// Whether all numbers name texts.
    pub(super) fn are_texts(self) -> bool {
        self.words.iter().all(|&number| self.texts.has(number))
    }

    /// The texts that the numbers name.
    pub(super) fn named(self) -> impl Iterator<Item = &'c str> {
        self.words.iter().map(move |&number| self.texts.text(number))
    }

    /// Whether a text is among those that the numbers name.
    pub(super) fn names(self, text: &str) -> bool {
        self.words.iter().any(|&number| self.texts.bytes(number) == text.as_bytes())
    }

    /// The texts that the numbers name, with a comma between two.
    pub(super) fn joined(self) -> String {
        self.named().collect::<Vec<_>>().join(", ")
    }
}

/// The length of a list as a number of a blob. Rows have 64 MiB at most, so no list comes near 32 bits.
pub(super) fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Splits numbers that begin with the length of their first part; `None` if they do not.
pub(super) fn split(words: &[u32]) -> Option<(&[u32], &[u32])> {
    let (&length, rest) = words.split_first()?;
    rest.split_at_checked(length as usize)
}
