//! A range of versions.

use std::fmt;

use serde::Deserialize;

use lockfill_models::vocabulary::Version;

use super::point::{Axis, Name, Point, number_of_version};
use super::shape::{Shape, StoredCondition};
use crate::stored::TextWriter;

/// Versions from `min` to `max`, both included; an end left out is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VersionRange {
    /// The oldest.
    pub min: Option<Version>,
    /// The newest.
    pub max: Option<Version>,
}

impl VersionRange {
    /// Whether a version is in the range. An absent version is admitted only if the range sets no condition.
    #[must_use]
    pub fn admits(&self, found: Option<Version>) -> bool {
        let Some(found) = found else { return self.is_open() };
        self.min.is_none_or(|min| min <= found) && self.max.is_none_or(|max| found <= max)
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (None, None) => formatter.write_str("any"),
            (Some(min), None) => write!(formatter, "{min} or newer"),
            (None, Some(max)) => write!(formatter, "{max} or older"),
            (Some(min), Some(max)) => write!(formatter, "{min} to {max}"),
        }
    }
}

impl Shape for VersionRange {
    type View<'c> = Self;

    fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }

    /// Which ends there are (1: the oldest, 2: the newest), and the four numbers of each end.
    fn write(&self, _texts: &mut TextWriter, words: &mut Vec<u32>) {
        words.push(u32::from(self.min.is_some()) + 2 * u32::from(self.max.is_some()));
        for end in [self.min, self.max] {
            words.extend(end.map_or([0; 4], Version::parts).map(u32::from));
        }
    }

    fn view(stored: StoredCondition<'_>) -> Self {
        let part = |index: usize| stored.words.get(index).and_then(|&word| u16::try_from(word).ok());
        let end = |bit: u32, from: usize| {
            let parts = [from, from + 1, from + 2, from + 3].map(|index| part(index).unwrap_or(0));
            (stored.words.first().is_some_and(|ends| ends & bit != 0)).then(|| Version::from_parts(parts))
        };
        Self { min: end(1, 1), max: end(2, 5) }
    }

    fn is_sound(stored: StoredCondition<'_>) -> bool {
        let are_parts = |parts: &[u32]| parts.iter().all(|&part| u16::try_from(part).is_ok());
        stored.words.len() == 9 && (1..4).contains(&stored.words[0]) && are_parts(&stored.words[1..])
    }

    const AXIS: Axis = Axis::Numbers;

    fn names(&self) -> Vec<Name<'_>> {
        // No version is behind the greatest one.
        let behind = |version| number_of_version(version).checked_add(1);
        let ends = [self.min.map(number_of_version), self.max.and_then(behind)];
        ends.into_iter().flatten().map(Name::From).collect()
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        match point {
            Point::Number(number) => {
                self.min.is_none_or(|min| number_of_version(min) <= number)
                    && self.max.is_none_or(|max| number <= number_of_version(max))
            }
            Point::Absent => false,
            Point::Text(_) | Point::Unnamed | Point::List(_) | Point::Present => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::super::testing::view;
    use super::*;

    #[test]
    fn a_range_is_stored_with_the_ends_that_it_has() {
        let version = |text: &str| Version::read(text).unwrap();
        let (old, new) = (Some(version("1.2.3.65535")), Some(version("9")));
        for range in [(old, None), (None, new), (old, new)].map(|(min, max)| VersionRange { min, max }) {
            view(&range, |view| assert_eq!(view, range));
        }
        assert!(VersionRange::default().is_open());
    }
}
