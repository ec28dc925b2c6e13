//! What conditions can tell of an attribute: the ground on which items are indexed.
//!
//! A condition on a code or a text tells the texts that it names apart, and all others alike. A condition on a range
//! tells the numbers apart between which its ends lie. A condition on a list tells the texts apart that it names.
//! Conditions of any other shape tell a request that says nothing from one that says something.

use std::borrow::Cow;

use lockfill_models::vocabulary::{ShortText, Version};

/// What a request says of one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point<'a> {
    /// Nothing.
    Absent,
    /// A code or a text.
    Text(&'a str),
    /// A text that no condition names.
    Unnamed,
    /// A number, see [`number_of_age`] and [`number_of_version`].
    Number(u64),
    /// A list of texts, at least one.
    List(&'a [ShortText]),
    /// Something that no index tells apart.
    Present,
}

/// How the attribute of a condition is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// By its text.
    Texts {
        /// Whether ASCII letters count in either case.
        is_folded: bool,
    },
    /// By its number.
    Numbers,
    /// By the texts of its list.
    Lists,
    /// By whether the request says something.
    Presence,
}

/// What a condition names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name<'s> {
    /// A text, in lower case where letters count in either case.
    Text {
        /// The text.
        text: Cow<'s, str>,
        /// Whether the condition admits it. Of two names of one text the later counts.
        is_admitted: bool,
    },
    /// A number from which on the condition may give another result.
    From(u64),
    /// A text that a list must have together with others, which no index tells apart.
    Needed(Cow<'s, str>),
}

/// The number of an age in years; numbers are in the order of ages.
#[must_use]
pub const fn number_of_age(age: i16) -> u64 {
    (age.cast_unsigned() ^ 0x8000) as u64
}

/// The number of a version; numbers are in the order of versions.
#[must_use]
pub fn number_of_version(version: Version) -> u64 {
    version.parts().into_iter().fold(0, |number, part| number << 16 | u64::from(part))
}

/// A text as an index has it.
#[must_use]
pub fn folded(text: &str, is_folded: bool) -> Cow<'_, str> {
    if is_folded && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::*;

    #[test]
    fn numbers_are_in_the_order_of_ages_and_versions() {
        let ages = [i16::MIN, -1, 0, 1, 30, i16::MAX].map(number_of_age);
        assert!(ages.is_sorted() && ages[0] == 0);
        let versions = ["0", "9.9", "9.10", "10", "10.0.0.1", "65535.65535.65535.65535"];
        assert!(versions.map(|text| number_of_version(Version::read(text).unwrap())).is_sorted());
    }
}
