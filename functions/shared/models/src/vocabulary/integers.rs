//! Whole numbers with limits.

use jiff::tz::TimeZone;

use super::form::{Form, Invalid, Normalized, Vocabulary, digits};
use crate::time::EpochSeconds;

/// How many slots a request asks for: 1 to 50.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotCount(u16);

impl SlotCount {
    const MAX: u16 = 50;

    /// The count, if it is within the limits.
    #[must_use]
    pub fn new(count: u16) -> Option<Self> {
        (1..=Self::MAX).contains(&count).then_some(Self(count))
    }

    /// The number of slots.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl Vocabulary for SlotCount {
    const FORM: Form = Form::Integer { min: 1, max: Self::MAX as i64 };

    fn read(text: &str) -> Result<Self, Invalid> {
        let count = digits(text).and_then(|text| text.parse().ok()).and_then(Self::new);
        count.ok_or_else(|| Invalid(format!("a number from 1 to {}", Self::MAX)))
    }

    /// The nearest count of a whole number, however long it is.
    fn normalize(text: &str) -> Normalized<'_> {
        let (is_negative, magnitude) =
            text.strip_prefix('-').map_or((false, text), |magnitude| (true, magnitude));
        let Some(digits) = digits(magnitude) else { return Normalized::whole(text) };
        if is_negative || digits.bytes().all(|digit| digit == b'0') {
            Normalized::cut("1")
        } else if Self::read(text).is_ok() {
            Normalized::whole(text)
        } else {
            Normalized::cut(Self::MAX.to_string())
        }
    }
}

/// A year of birth: 1900 to the current year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BirthYear(i16);

impl BirthYear {
    const MIN: i16 = 1_900;
    /// How a year looks. A document cannot say which year it is, so its limit is a later one.
    pub const FORM: Form = Form::Integer { min: Self::MIN as i64, max: 2_100 };

    /// Reads a year up to the one that it is somewhere on Earth at an instant.
    ///
    /// # Errors
    /// Says what the text must be.
    pub fn read(text: &str, now: EpochSeconds) -> Result<Self, Invalid> {
        let year_max = now.plus_seconds(14 * 3_600).timestamp().to_zoned(TimeZone::UTC).year();
        let year = digits(text)
            .and_then(|text| text.parse().ok())
            .filter(|year| (Self::MIN..=year_max).contains(year));
        year.map(Self).ok_or_else(|| Invalid(format!("a year from {} to {year_max}", Self::MIN)))
    }

    /// The year.
    #[must_use]
    pub const fn get(self) -> i16 {
        self.0
    }

    /// The age in years that a person reaches in a year.
    #[must_use]
    pub const fn age_in(self, year: i16) -> i16 {
        year.saturating_sub(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_year_may_be_the_year_that_has_begun_in_the_far_east() {
        let new_years_eve = "2026-12-31T10:00:00Z".parse().unwrap();
        assert_eq!(BirthYear::read("2027", new_years_eve), Ok(BirthYear(2027)));
        assert!(BirthYear::read("2028", new_years_eve).is_err());
        assert!(BirthYear::read("1899", new_years_eve).is_err());
        assert!(BirthYear::read("+1990", new_years_eve).is_err());
    }
}
