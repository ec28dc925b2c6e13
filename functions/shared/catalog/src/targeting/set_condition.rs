//! The shape of conditions on lists: any of these, all of these, none of these.

use std::fmt;

use lockfill_models::vocabulary::ShortText;
use serde::Deserialize;

use super::point::{Axis, Name, Point};
use super::shape::{Shape, StoredCondition, length, split};
use crate::stored::{TextStore, TextWriter};

/// What a list must have in common with others. Empty lists ask for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetCondition {
    /// At least one of these must be in the list.
    pub any: Vec<ShortText>,
    /// Every one of these must be in the list.
    pub all: Vec<ShortText>,
    /// None of these may be in the list.
    pub none: Vec<ShortText>,
}

impl Shape for SetCondition {
    type View<'c> = SetView<'c>;

    fn is_open(&self) -> bool {
        self.any.is_empty() && self.all.is_empty() && self.none.is_empty()
    }

    /// The length of `any` and its texts, the length of `all` and its texts, and the texts of `none`.
    fn write(&self, texts: &mut TextWriter, words: &mut Vec<u32>) {
        for counted in [&self.any, &self.all] {
            words.push(length(counted));
            words.extend(counted.iter().map(|value| texts.add(value)));
        }
        words.extend(self.none.iter().map(|value| texts.add(value)));
    }

    fn view(stored: StoredCondition<'_>) -> SetView<'_> {
        let [any, all, none] = parts(stored.words).unwrap_or_default();
        SetView { any: stored.with(any), all: stored.with(all), none: stored.with(none) }
    }

    fn is_sound(stored: StoredCondition<'_>) -> bool {
        let all_texts = |parts: [&[u32]; 3]| parts.into_iter().flatten().all(|&word| stored.texts.has(word));
        parts(stored.words).is_some_and(all_texts)
    }

    const AXIS: Axis = Axis::Lists;

    /// The texts of `any` as admitted ones, those of `none` as others, and those of `all`.
    fn names(&self) -> Vec<Name<'_>> {
        let any = self.any.iter().map(|text: &ShortText| (&**text, true));
        let named = any.chain(self.none.iter().map(|text| (&**text, false)));
        let named = named.map(|(text, is_admitted)| Name::Text { text: text.into(), is_admitted });
        named.chain(self.all.iter().map(|text| Name::Needed((&**text).into()))).collect()
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        point != Point::Absent || (self.any.is_empty() && self.all.is_empty())
    }
}

fn parts(words: &[u32]) -> Option<[&[u32]; 3]> {
    let (any, rest) = split(words)?;
    let (all, none) = split(rest)?;
    Some([any, all, none])
}

/// What a list must have in common with others, in a blob.
#[derive(Debug, Clone, Copy)]
pub struct SetView<'c> {
    any: StoredCondition<'c>,
    all: StoredCondition<'c>,
    none: StoredCondition<'c>,
}

impl SetView<'_> {
    /// Whether a list satisfies all three. A list that was not sent is empty: it meets no `any` or
    /// `all`, and trips no `none`.
    #[must_use]
    pub fn admits(&self, found: &[ShortText]) -> bool {
        let mut marks = Marks::default();
        for value in found {
            marks.add(value.as_bytes());
        }
        let is_found = |stored: StoredCondition<'_>, number: u32| {
            let wanted = stored.texts.bytes(number);
            marks.may_have(wanted) && found.iter().any(|value| value.as_bytes() == wanted)
        };
        let count = |stored: StoredCondition<'_>| {
            stored.words.iter().filter(|&&number| is_found(stored, number)).count()
        };
        (self.any.words.is_empty() || self.any.words.iter().any(|&number| is_found(self.any, number)))
            && count(self.all) == self.all.words.len()
            && count(self.none) == 0
    }
}

impl SetView<'_> {
    /// What [`Self::admits`] says of a list whose texts have these numbers. Texts without a number meet nothing.
    #[must_use]
    pub fn admits_numbers(&self, found: &TextNumbers<'_>) -> bool {
        let has = |&number: &u32| found.may_have(number) && found.has(number);
        (self.any.words.is_empty() || self.any.words.iter().any(has))
            && self.all.words.iter().all(has)
            && !self.none.words.iter().any(has)
    }
}

/// Of the marks of [`TextNumbers`]: numbers of one field follow each other, and few fields name more of them.
const MARK_WORDS: usize = 64;

/// The numbers that the texts of a list have in a blob, in which equal texts have one number.
#[derive(Debug, Clone)]
pub struct TextNumbers<'l> {
    texts: TextStore<'l>,
    list: &'l [ShortText],
    /// Numbers, and the places in the list of the texts that they may stand for.
    numbers: Vec<(u32, usize)>,
    /// A bit for each rest of a number, so that most numbers that are not among them need no search.
    marks: [u64; MARK_WORDS],
}

impl<'l> TextNumbers<'l> {
    /// No number of a list yet.
    pub(crate) fn new(texts: TextStore<'l>, list: &'l [ShortText]) -> Self {
        Self { texts, list, numbers: Vec::with_capacity(list.len()), marks: [0; MARK_WORDS] }
    }

    /// Adds the number of a text with the hash of the one at a place of the list.
    pub(crate) fn add(&mut self, number: u32, place: usize) {
        self.numbers.push((number, place));
        self.marks[number as usize / 64 % MARK_WORDS] |= 1 << (number % 64);
    }

    #[inline]
    const fn may_have(&self, number: u32) -> bool {
        self.marks[number as usize / 64 % MARK_WORDS] >> (number % 64) & 1 == 1
    }

    fn has(&self, number: u32) -> bool {
        // Another text may have the same hash. Most numbers are never asked for, so texts are compared here.
        let is_it = |&(other, place): &(u32, usize)| {
            other == number && self.texts.bytes(number) == self.list[place].as_bytes()
        };
        self.numbers.iter().any(is_it)
    }
}

/// Marks of texts, so that most texts that are not among them need no comparison.
#[derive(Default)]
struct Marks([u64; 4]);

impl Marks {
    fn mark(text: &[u8]) -> usize {
        let byte =
            |from_end: usize| text.len().checked_sub(from_end).map_or(0, |place| usize::from(text[place]));
        (byte(1) + 7 * byte(2) + 59 * byte(3) + 17 * text.len()) % 256
    }

    fn add(&mut self, text: &[u8]) {
        let mark = Self::mark(text);
        self.0[mark / 64] |= 1 << (mark % 64);
    }

    fn may_have(&self, text: &[u8]) -> bool {
        let mark = Self::mark(text);
        self.0[mark / 64] >> (mark % 64) & 1 == 1
    }
}

impl fmt::Display for SetView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |name: &str, values: StoredCondition<'_>| {
            (!values.words.is_empty()).then(|| format!("{name} of {}", values.joined()))
        };
        let parts = [part("any", self.any), part("all", self.all), part("none", self.none)];
        formatter.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::super::testing::view;
    use super::*;

    fn words(text: &str) -> Vec<ShortText> {
        text.split_whitespace().map(|word| ShortText::read(word).unwrap()).collect()
    }

    fn admits(any: &str, all: &str, none: &str, found: &str) -> bool {
        let condition = SetCondition { any: words(any), all: words(all), none: words(none) };
        let found = words(found);
        view(&condition, |view| {
            let mut numbers = TextNumbers::new(view.any.texts, &found);
            for &number in [view.any, view.all, view.none].into_iter().flat_map(|part| part.words) {
                // The hash of each text may be that of any other.
                (0..found.len()).for_each(|place| numbers.add(number, place));
            }
            let admits = view.admits(&found);
            assert_eq!(view.admits_numbers(&numbers), admits);
            admits
        })
    }

    #[test]
    fn a_list_must_have_one_of_any_each_of_all_and_nothing_of_none() {
        assert!(admits("a b", "", "", "b c"));
        assert!(!admits("a b", "", "", "c"));
        assert!(admits("", "a b", "", "b a c"));
        assert!(!admits("", "a b", "", "a"));
        assert!(!admits("a", "", "b", "a b"));
    }

    #[test]
    fn a_list_that_was_not_sent_matches_nothing_and_trips_nothing() {
        assert!(!admits("a", "", "", ""));
        assert!(!admits("", "a", "", ""));
        assert!(admits("", "", "a", ""));
    }
}
