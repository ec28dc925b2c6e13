//! A range of ages in years.

use std::fmt;

use serde::Deserialize;

use super::point::{Axis, Name, Point, number_of_age};
use super::shape::{Shape, StoredCondition};
use crate::stored::TextWriter;

/// Ages from `min` to `max`, both included; an end left out is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AgeRange {
    /// The youngest, in years.
    pub min: Option<i16>,
    /// The oldest, in years.
    pub max: Option<i16>,
}

impl fmt::Display for AgeRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (None, None) => formatter.write_str("any age"),
            (Some(min), None) => write!(formatter, "{min} and older"),
            (None, Some(max)) => write!(formatter, "up to {max}"),
            (Some(min), Some(max)) => write!(formatter, "{min} to {max}"),
        }
    }
}

impl AgeRange {
    fn contains(self, age: i16) -> bool {
        self.min.is_none_or(|min| min <= age) && self.max.is_none_or(|max| age <= max)
    }
}

/// Ranges of ages; the user must be in one of them. No range sets no condition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct AgeRanges(pub Vec<AgeRange>);

/// The number of an end that is left open; no age has it.
const OPEN: u32 = u32::MAX;

impl Shape for AgeRanges {
    type View<'c> = AgesView<'c>;

    fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// The youngest and the oldest age of each range, as 16 bits.
    fn write(&self, _texts: &mut TextWriter, words: &mut Vec<u32>) {
        let word = |end: Option<i16>| end.map_or(OPEN, |age| u32::from(age.cast_unsigned()));
        words.extend(self.0.iter().flat_map(|range| [word(range.min), word(range.max)]));
    }

    fn view(stored: StoredCondition<'_>) -> AgesView<'_> {
        AgesView { ends: stored.words }
    }

    fn is_sound(stored: StoredCondition<'_>) -> bool {
        let is_end = |&word: &u32| word == OPEN || u16::try_from(word).is_ok();
        !stored.words.is_empty() && stored.words.len().is_multiple_of(2) && stored.words.iter().all(is_end)
    }

    const AXIS: Axis = Axis::Numbers;

    fn names(&self) -> Vec<Name<'_>> {
        let ends = self.0.iter().flat_map(|range| {
            [range.min.map(number_of_age), range.max.map(|age| number_of_age(age).saturating_add(1))]
        });
        ends.flatten().map(Name::From).collect()
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        match point {
            Point::Number(number) => self.0.iter().any(|range| {
                range.min.is_none_or(|min| number_of_age(min) <= number)
                    && range.max.is_none_or(|max| number <= number_of_age(max))
            }),
            Point::Absent => false,
            Point::Text(_) | Point::Unnamed | Point::List(_) | Point::Present => true,
        }
    }
}

/// Ranges of ages in a blob.
#[derive(Debug, Clone, Copy)]
pub struct AgesView<'c> {
    ends: &'c [u32],
}

impl AgesView<'_> {
    /// The ranges in the order of the row.
    fn ranges(&self) -> impl Iterator<Item = AgeRange> {
        let end = |word: u32| u16::try_from(word).ok().map(u16::cast_signed);
        self.ends.chunks_exact(2).map(move |ends| AgeRange { min: end(ends[0]), max: end(ends[1]) })
    }

    /// Whether an age is in one of the ranges. An age that is not known is never admitted.
    #[must_use]
    pub fn admits(&self, age: Option<i16>) -> bool {
        age.is_some_and(|age| self.ranges().any(|range| range.contains(age)))
    }
}

impl fmt::Display for AgesView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.ranges().map(|range| range.to_string()).collect::<Vec<_>>().join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::view;
    use super::*;

    #[test]
    fn ends_are_included_and_an_end_left_out_is_open() {
        let range = |min, max| AgeRange { min, max };
        let ages = AgeRanges(vec![range(None, Some(-1)), range(Some(18), Some(20)), range(Some(60), None)]);
        view(&ages, |view| {
            assert_eq!(view.to_string(), "up to -1 or 18 to 20 or 60 and older");
            let admitted: Vec<i16> = (-3..70).filter(|&age| view.admits(Some(age))).collect();
            let expected: Vec<i16> = (-3..0).chain(18..21).chain(60..70).collect();
            assert_eq!(admitted, expected);
            assert!(!view.admits(None));
        });
    }
}
