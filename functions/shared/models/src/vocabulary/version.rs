//! Version numbers of operating systems and SDKs: one to four numbers, compared part by part.

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::form::{Form, Invalid, Normalized, Vocabulary, digits};

const PARTS_MAX: usize = 4;

/// Up to four numbers of at most 65,535; a missing part counts as 0, so `14` equals `14.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version([u16; PARTS_MAX]);

impl Version {
    /// The version of four numbers, the most important first.
    #[must_use]
    pub const fn from_parts(parts: [u16; PARTS_MAX]) -> Self {
        Self(parts)
    }

    /// The four numbers, the most important first.
    #[must_use]
    pub const fn parts(self) -> [u16; PARTS_MAX] {
        self.0
    }
}

impl fmt::Display for Version {
    /// All four parts, because that is what is compared.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, build] = self.0;
        write!(formatter, "{major}.{minor}.{patch}.{build}")
    }
}

impl Vocabulary for Version {
    const FORM: Form = Form::pattern(
        r"^(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})(\.(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})){0,3}$",
    );

    fn read(text: &str) -> Result<Self, Invalid> {
        parse(text).ok_or_else(|| Invalid("1 to 4 numbers joined by dots, each at most 65535".to_owned()))
    }

    /// The numbers in front: `15.0.1` of `15.0.1-beta`. A fifth number and one that is too large are cut off with
    /// all that follows.
    fn normalize(text: &str) -> Normalized<'_> {
        let end = text.find(|character: char| !character.is_ascii_digit() && character != '.');
        let numbers = &text[..end.unwrap_or(text.len())];
        let is_number = |part: &&str| digits(part).is_some_and(|digits| digits.parse::<u16>().is_ok());
        let taken = numbers.split('.').take(PARTS_MAX).take_while(is_number).count();
        let is_cut = numbers.split('.').nth(taken).is_some_and(|part| !part.is_empty());
        let length = numbers.split('.').take(taken).map(|part| part.len() + 1).sum::<usize>();
        let text = &numbers[..length.saturating_sub(1)];
        if is_cut { Normalized::cut(text) } else { Normalized::whole(text) }
    }
}

fn parse(text: &str) -> Option<Version> {
    let mut parts = [0; PARTS_MAX];
    for (index, part) in text.split('.').enumerate() {
        *parts.get_mut(index)? = digits(part)?.parse().ok()?;
    }
    Some(Version(parts))
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_part_counts_as_zero_and_parts_compare_as_numbers() {
        let version = |text: &str| Version::read(text).unwrap();
        assert_eq!(version("14"), version("14.0.0.0"));
        assert!(version("9.10") > version("9.9"));
        assert!(version("10") > version("9.65535.65535.65535"));
    }

    #[test]
    fn a_longer_text_is_the_numbers_in_front_of_it() {
        for (text, numbers, is_cut) in [
            ("15.0.1-beta", "15.0.1", false),
            ("14.", "14", false),
            ("1..2", "1", false),
            ("1.2.3.4.5", "1.2.3.4", true),
            ("15.70000.1", "15", true),
            ("70000", "", true),
            ("v14", "", false),
            ("", "", false),
        ] {
            let normalized = Version::normalize(text);
            assert_eq!((&*normalized.text, normalized.is_cut), (numbers, is_cut), "{text:?}");
        }
    }

    #[test]
    fn anything_but_one_to_four_small_numbers_is_refused() {
        for text in ["", ".", "1.", ".1", "1..2", "1.2.3.4.5", "65536", "+1", "-1", "1a", " 1", "1 ", "١"] {
            assert!(Version::read(text).is_err(), "{text:?}");
        }
    }
}
