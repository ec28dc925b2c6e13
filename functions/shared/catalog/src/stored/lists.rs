//! Lists of numbers: each list once, named by its place. A list is its length and the numbers.

use std::collections::HashMap;

use xxhash_rust::xxh64::xxh64;
use zerocopy::IntoBytes;

/// The place of the empty list.
pub(crate) const EMPTY: u32 = 0;

/// Collects lists.
#[derive(Debug)]
pub(crate) struct ListWriter {
    /// By the hash of the list. A second list of one hash is stored each time, which is rare and harmless.
    places: HashMap<u64, u32>,
    words: Vec<u32>,
}

impl ListWriter {
    /// The empty list alone, at its place.
    pub(crate) fn new() -> Self {
        Self { places: HashMap::new(), words: vec![0] }
    }

    /// The place of a list. Equal lists have one place.
    pub(crate) fn add(&mut self, new: &[u32]) -> u32 {
        if new.is_empty() {
            return EMPTY;
        }
        let hash = xxh64(new.as_bytes(), 0);
        let known = self.places.get(&hash).copied();
        if let Some(place) = known.filter(|&place| list(&self.words, place) == Some(new)) {
            return place;
        }
        let length = |words: &[u32]| u32::try_from(words.len()).unwrap_or(u32::MAX);
        let place = length(&self.words);
        self.words.push(length(new));
        self.words.extend_from_slice(new);
        self.places.insert(hash, place);
        place
    }

    /// All lists.
    pub(crate) fn finish(self) -> Vec<u32> {
        self.words
    }
}

/// The list at a place; `None` if it does not lie within the words.
#[inline]
pub(crate) fn list(words: &[u32], place: u32) -> Option<&[u32]> {
    let place = place as usize;
    let length = *words.get(place)? as usize;
    words.get(place + 1..)?.get(..length)
}
