//! Codes of countries, regions, languages and currencies.

use super::canonical::canonical_text;
use super::form::{Form, Invalid, Normalized, Vocabulary, require};
use super::text_type::text_type;

/// ISO 3166-1 alpha-2, upper case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Country(String);

/// ISO 3166-2, upper case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region(String);

/// A BCP 47 primary language subtag, lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Language(String);

/// ISO 4217, upper case. Catalogs alone hold currencies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Currency(String);

text_type!(Country);
text_type!(Region);
text_type!(Language);
text_type!(Currency);

canonical_text!(Country, "an upper-case ISO 3166-1 alpha-2 code");
canonical_text!(Region, "an upper-case ISO 3166-2 code");
canonical_text!(Language, "a lower-case BCP 47 primary subtag");
canonical_text!(Currency, "an upper-case ISO 4217 code");

impl Vocabulary for Country {
    const FORM: Form = Form::pattern("^[A-Za-z]{2}$");

    fn read(text: &str) -> Result<Self, Invalid> {
        let is_valid = is_alphabetic(text) && text.len() == 2;
        let wanted = "an ISO 3166-1 alpha-2 code such as KR";
        require(is_valid, || Self(text.to_ascii_uppercase()), wanted)
    }
}

impl Vocabulary for Region {
    const FORM: Form = Form::pattern("^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$");

    fn read(text: &str) -> Result<Self, Invalid> {
        let is_valid = text.split_once('-').is_some_and(|(country, subdivision)| {
            Country::read(country).is_ok()
                && (1..=3).contains(&subdivision.len())
                && subdivision.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        require(is_valid, || Self(text.to_ascii_uppercase()), "an ISO 3166-2 code such as KR-11")
    }
}

impl Vocabulary for Language {
    const FORM: Form = Form::pattern("^[A-Za-z]{2,8}$");

    fn read(text: &str) -> Result<Self, Invalid> {
        let is_valid = is_alphabetic(text) && (2..=8).contains(&text.len());
        let wanted = "a BCP 47 primary language subtag such as ko";
        require(is_valid, || Self(text.to_ascii_lowercase()), wanted)
    }

    /// The primary subtag of a longer tag: `ko-KR` as browsers write it, `ko_KR` as Java does.
    fn normalize(text: &str) -> Normalized<'_> {
        Normalized::whole(text.split(['-', '_']).next().unwrap_or(text))
    }
}

impl Vocabulary for Currency {
    const FORM: Form = Form::pattern("^[A-Za-z]{3}$");

    fn read(text: &str) -> Result<Self, Invalid> {
        let is_valid = is_alphabetic(text) && text.len() == 3;
        require(is_valid, || Self(text.to_ascii_uppercase()), "an ISO 4217 code such as KRW")
    }
}

fn is_alphabetic(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_in_one_case() {
        assert_eq!(*Country::read("kr").unwrap(), *"KR");
        assert_eq!(*Region::read("kr-11").unwrap(), *"KR-11");
        assert_eq!(*Language::read("KO").unwrap(), *"ko");
        assert!(Country::read("K1").is_err() && Region::read("KR").is_err());
        assert!(Language::read("ko-KR").is_err());
    }
}
