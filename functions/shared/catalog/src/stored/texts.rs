//! The pool of texts: each text once, named by its number.

use std::collections::HashMap;

use xxhash_rust::xxh64::xxh64;

/// Collects texts.
#[derive(Debug, Default)]
pub struct TextWriter {
    /// By the hash of the text.
    numbers: HashMap<u64, u32>,
    /// Texts that have the hash of another one.
    others: HashMap<String, u32>,
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl TextWriter {
    /// The number of a text. Equal texts have one number.
    pub(crate) fn add(&mut self, text: &str) -> u32 {
        let hash = xxh64(text.as_bytes(), 0);
        let known = self.numbers.get(&hash).copied();
        let written = TextStore { bytes: &self.bytes, ends: &self.ends };
        if let Some(number) = known.filter(|&number| written.bytes(number) == text.as_bytes()) {
            return number;
        }
        if let Some(&number) = known.and_then(|_| self.others.get(text)) {
            return number;
        }
        // Rows have 64 MiB at most, so neither number comes near 32 bits.
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        if known.is_none() {
            self.numbers.insert(hash, number);
        } else {
            self.others.insert(text.to_owned(), number);
        }
        number
    }

    /// The texts one behind the other, and where each ends.
    pub(crate) fn finish(self) -> (Vec<u8>, Vec<u32>) {
        (self.bytes, self.ends)
    }
}

/// The texts of a blob.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextStore<'c> {
    pub(crate) bytes: &'c [u8],
    pub(crate) ends: &'c [u32],
}

impl<'c> TextStore<'c> {
    /// The bytes of a text; none if the number names no text.
    #[must_use]
    #[inline]
    pub fn bytes(self, number: u32) -> &'c [u8] {
        let number = number as usize;
        let from = if number == 0 { Some(0) } else { self.ends.get(number - 1).copied() };
        let range = from.zip(self.ends.get(number).copied());
        range.and_then(|(from, until)| self.bytes.get(from as usize..until as usize)).unwrap_or_default()
    }

    /// A text; an empty one if the number names no text.
    #[must_use]
    #[inline]
    pub fn text(self, number: u32) -> &'c str {
        std::str::from_utf8(self.bytes(number)).unwrap_or_default()
    }

    /// Whether a number names a text.
    pub(crate) const fn has(self, number: u32) -> bool {
        (number as usize) < self.ends.len()
    }
}
