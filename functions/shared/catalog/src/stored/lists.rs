//! Lists of numbers: each list once, named by its place. A list is its length and the numbers.

use std::collections::HashMap;

/// Collects lists.
#[derive(Debug)]
pub(crate) struct ListWriter {
    places: HashMap<Box<[u32]>, u32>,
    words: Vec<u32>,
}

impl ListWriter {
    /// The empty list alone, at place 0.
    pub(crate) fn new() -> Self {
        Self { places: HashMap::from([(Box::default(), 0)]), words: vec![0] }
    }

    /// The place of a list. Equal lists have one place.
    pub(crate) fn add(&mut self, list: &[u32]) -> u32 {
        if let Some(&place) = self.places.get(list) {
            return place;
        }
        let length = |words: &[u32]| u32::try_from(words.len()).unwrap_or(u32::MAX);
        let place = length(&self.words);
        self.words.push(length(list));
        self.words.extend_from_slice(list);
        self.places.insert(list.into(), place);
        place
    }

    /// All lists.
    pub(crate) fn finish(self) -> Vec<u32> {
        self.words
    }
}

/// The list at a place; `None` if it does not lie within the words.
pub(crate) fn list(words: &[u32], place: u32) -> Option<&[u32]> {
    let place = place as usize;
    let length = *words.get(place)? as usize;
    words.get(place + 1..)?.get(..length)
}
