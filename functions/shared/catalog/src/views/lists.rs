//! Lists in a blob.

use lockfill_models::time::Window;

use crate::entities::Cap;
use crate::stored::{Stored, TextStore};

/// A list of texts.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'c> {
    pub(crate) store: TextStore<'c>,
    pub(crate) numbers: &'c [u32],
}

impl<'c> Texts<'c> {
    /// Whether the list is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.numbers.is_empty()
    }

    /// The texts in their order.
    pub fn iter(self) -> impl Iterator<Item = &'c str> {
        self.numbers.iter().map(move |&number| self.store.text(number))
    }

    /// Whether a text is in the list.
    #[must_use]
    pub fn contains(self, text: &str) -> bool {
        self.numbers.iter().any(|&number| self.store.bytes(number) == text.as_bytes())
    }

    /// The texts with a separator between two.
    #[must_use]
    pub fn join(self, separator: &str) -> String {
        self.iter().collect::<Vec<_>>().join(separator)
    }
}

/// A list of caps.
#[derive(Debug, Clone, Copy, Default)]
pub struct Caps<'c> {
    pub(crate) words: &'c [u32],
}

impl<'c> Caps<'c> {
    /// Whether there is no cap.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.words.is_empty()
    }

    /// The caps in their order.
    pub fn iter(self) -> impl Iterator<Item = Cap> + use<'c> {
        self.words
            .chunks_exact(2)
            .map(|cap| Cap { window: Window::of(u8::try_from(cap[0]).unwrap_or(u8::MAX)), limit: cap[1] })
    }
}
