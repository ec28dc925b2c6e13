//! What the text of one value must be like.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use lockfill_models::query::Shown;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::Version;
use lockfill_models::vocabulary::{Gender, Network, Platform};

type Parsed<T> = Result<T, String>;

pub(super) const USER_ID_LENGTH_MAX: usize = 128;
pub(super) const SHORT_TEXT_LENGTH_MAX: usize = 64;
pub(super) const BIRTH_YEAR_MIN: i16 = 1_900;
pub(super) const COUNT_MAX: u16 = 50;
/// Far more than a device can show, and few enough for a regular expression to say exactly.
const SHOWN_COUNT_DIGITS_MAX: usize = 9;
/// Until the year 5138.
const SHOWN_AT_DIGITS_MAX: usize = 11;
pub(super) const GENDERS: [(&str, Gender); 3] = [("M", Gender::M), ("F", Gender::F), ("X", Gender::X)];
pub(super) const PLATFORMS: [(&str, Platform); 3] =
    [("android", Platform::Android), ("ios", Platform::Ios), ("web", Platform::Web)];
pub(super) const NETWORKS: [(&str, Network); 3] =
    [("wifi", Network::Wifi), ("cellular", Network::Cellular), ("other", Network::Other)];
pub(super) const BOOLEANS: [(&str, bool); 4] = [("true", true), ("false", false), ("1", true), ("0", false)];

/// 1 to 64 of `A-Za-z0-9_.-`.
pub(super) fn identifier(text: &str) -> Parsed<String> {
    let is_identifier_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let is_valid = (1..=64).contains(&text.len()) && text.bytes().all(is_identifier_byte);
    require(is_valid, text.to_owned(), "must be 1 to 64 of A-Za-z0-9_.-")
}

/// 1 to 128 visible characters.
pub(super) fn user_id(text: &str) -> Parsed<String> {
    let is_valid = (1..=USER_ID_LENGTH_MAX).contains(&text.chars().count()) && text.chars().all(is_visible);
    require(is_valid, text.to_owned(), "must be 1 to 128 visible characters, in UTF-8")
}

/// 1 to 64 characters without control characters.
pub(super) fn short_text(text: &str) -> Parsed<String> {
    let is_valid = (1..=SHORT_TEXT_LENGTH_MAX).contains(&text.chars().count())
        && text.chars().all(|character| character == ' ' || is_visible(character));
    require(is_valid, text.to_owned(), "must be 1 to 64 characters, in UTF-8, without control characters")
}

/// Neither white space nor a control character, nor what stands for bytes that were no UTF-8.
fn is_visible(character: char) -> bool {
    !character.is_whitespace() && !character.is_control() && character != char::REPLACEMENT_CHARACTER
}

/// ISO 3166-1 alpha-2, in any case.
pub(super) fn country(text: &str) -> Parsed<String> {
    let is_valid = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    require(is_valid, text.to_ascii_uppercase(), "must be an ISO 3166-1 alpha-2 code such as KR")
}

/// ISO 3166-2, in any case.
pub(super) fn region(text: &str) -> Parsed<String> {
    let is_valid = text.split_once('-').is_some_and(|(country_code, subdivision)| {
        country(country_code).is_ok()
            && (1..=3).contains(&subdivision.len())
            && subdivision.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    require(is_valid, text.to_ascii_uppercase(), "must be an ISO 3166-2 code such as KR-11")
}

/// BCP 47 primary subtag, in any case.
pub(super) fn language(text: &str) -> Parsed<String> {
    let is_valid = (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    require(is_valid, text.to_ascii_lowercase(), "must be a BCP 47 primary language subtag such as ko")
}

/// A year from 1900 to the one that it already is somewhere on Earth.
pub(super) fn birth_year(text: &str, now: EpochSeconds) -> Parsed<i16> {
    let year_max = now.plus_seconds(14 * 3_600).timestamp().to_zoned(TimeZone::UTC).year();
    let year = digits(text)
        .and_then(|text| text.parse().ok())
        .filter(|year| (BIRTH_YEAR_MIN..=year_max).contains(year));
    year.ok_or_else(|| format!("must be a year from {BIRTH_YEAR_MIN} to {year_max}"))
}

/// How many slots.
pub(super) fn count(text: &str) -> Parsed<usize> {
    let count =
        digits(text).and_then(|text| text.parse().ok()).filter(|count| (1..=COUNT_MAX).contains(count));
    count.map(usize::from).ok_or_else(|| format!("must be a number from 1 to {COUNT_MAX}"))
}

/// One to four numbers.
pub(super) fn version(text: &str) -> Parsed<Version> {
    text.parse().map_err(|error: lockfill_models::vocabulary::InvalidVersion| error.to_string())
}

/// An IANA name.
pub(super) fn time_zone(text: &str) -> Parsed<TimeZone> {
    TimeZone::get(text).map_err(|_| "must be an IANA time zone such as Asia/Seoul".to_owned())
}

/// RFC 3339.
pub(super) fn instant(text: &str) -> Parsed<EpochSeconds> {
    text.parse().map_err(|_| "must be an RFC 3339 time such as 2026-11-22T09:00:00Z".to_owned())
}

/// Decimal degrees of at most so many, in millionths, cut off after the sixth place.
pub(super) fn microdegrees(text: &str, degrees_max: i64) -> Parsed<i64> {
    let limit = degrees_max * 1_000_000;
    let parsed = parse_microdegrees(text).filter(|microdegrees| microdegrees.abs() <= limit);
    parsed.ok_or_else(|| format!("must be decimal degrees from -{degrees_max} to {degrees_max}"))
}

fn parse_microdegrees(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let text = &without_exponent(text)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let (whole, fraction) = (digits(whole).filter(|whole| whole.len() <= 3)?, digits(fraction)?);
    let kept = &fraction[..fraction.len().min(6)];
    let scale = 10_i64.pow(6 - u32::try_from(kept.len()).ok()?);
    Some(sign * (whole.parse::<i64>().ok()? * 1_000_000 + kept.parse::<i64>().ok()? * scale))
}

/// A small number as most languages write it, `5.0E-4`, in digits alone: there are people at Greenwich.
fn without_exponent(text: &str) -> Option<Cow<'_, str>> {
    let Some((number, exponent)) = text.split_once(['e', 'E']) else { return Some(text.into()) };
    let places = exponent.strip_prefix('-').and_then(digits).filter(|digits| digits.len() <= 3)?;
    let places: usize = places.parse().ok()?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let (whole, fraction) = (digits(whole).filter(|whole| whole.len() == 1)?, digits(fraction)?);
    let zeros = "0".repeat(places.saturating_sub(1));
    Some(
        if places == 0 { format!("{whole}.{fraction}") } else { format!("0.{zeros}{whole}{fraction}") }
            .into(),
    )
}

/// `ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS`.
pub(super) fn shown(text: &str) -> Parsed<Shown> {
    parse_shown(text).ok_or_else(|| "must be ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS".to_owned())
}

fn parse_shown(text: &str) -> Option<Shown> {
    let (item_id, rest) = text.split_once(':')?;
    let (count, last_shown_at) = rest.split_once(':')?;
    let last_shown_at = digits(last_shown_at).filter(|digits| digits.len() <= SHOWN_AT_DIGITS_MAX)?;
    let last_shown_at = last_shown_at.parse().ok().map(EpochSeconds)?;
    Some(Shown {
        item_id: identifier(item_id).ok()?,
        count: digits(count).filter(|digits| digits.len() <= SHOWN_COUNT_DIGITS_MAX)?.parse().ok()?,
        last_shown_at: (last_shown_at <= EpochSeconds::MAX).then_some(last_shown_at)?,
    })
}

/// The text if it is digits alone: `parse` would take a sign as well.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// One of a few words.
pub(super) fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Parsed<T> {
    let chosen = choices.iter().find(|(name, _)| *name == text).map(|&(_, choice)| choice);
    chosen.ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|&(name, _)| name).collect();
        format!("must be one of {}", names.join(", "))
    })
}

fn require<T>(is_valid: bool, value: T, wanted: &str) -> Parsed<T> {
    if is_valid { Ok(value) } else { Err(wanted.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_become_whole_microdegrees_without_rounding() {
        assert_eq!(microdegrees("37.5665", 90), Ok(37_566_500));
        assert_eq!(microdegrees("-0.0000019", 90), Ok(-1));
        assert_eq!(microdegrees("90", 90), Ok(90_000_000));
        for (text, expected) in
            [("5.0E-4", 500), ("-1.25e-05", -12), ("9e-0", 9_000_000), ("1.9e-1", 190_000), ("4.9e-324", 0)]
        {
            assert_eq!(microdegrees(text, 90), Ok(expected), "{text}");
        }
        for text in ["12e-1", "1.e-1", "e-1", "1e-", "1e--1", "1e-1.0", "1e-1000", "1e+1", "1e1e-1"] {
            assert!(microdegrees(text, 90).is_err(), "{text}");
        }
        for text in ["90.000001", "", ".", "1.", ".5", "1e1", "+1", "--1", "1,5", "NaN", "1234"] {
            assert!(microdegrees(text, 90).is_err(), "{text}");
        }
    }

    #[test]
    fn codes_are_taken_in_any_case_and_kept_in_one() {
        assert_eq!(country("kr").unwrap(), "KR");
        assert_eq!(region("kr-11").unwrap(), "KR-11");
        assert_eq!(language("KO").unwrap(), "ko");
        assert!(country("K1").is_err() && region("KR").is_err() && language("ko-KR").is_err());
    }

    #[test]
    fn a_user_id_is_visible_in_any_script() {
        assert!(user_id(&"가".repeat(128)).is_ok());
        for text in ["", "a b", "a\u{1f}b", "a\u{0}", "\u{fffd}", &"x".repeat(129)] {
            assert!(user_id(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_birth_year_may_be_the_year_that_has_begun_in_the_far_east() {
        let new_years_eve = "2026-12-31T10:00:00Z".parse().unwrap();
        assert_eq!(birth_year("2027", new_years_eve), Ok(2027));
        assert!(birth_year("2028", new_years_eve).is_err());
        assert!(birth_year("1899", new_years_eve).is_err());
        assert!(birth_year("+1990", new_years_eve).is_err());
    }

    #[test]
    fn what_a_device_showed_is_item_count_and_time() {
        assert_eq!(shown("li-1:3:1764000000").unwrap().count, 3);
        for text in [
            "",
            "li-1",
            "li-1:3",
            "li-1:-1:5",
            "li-1:3:",
            "a b:1:1",
            "li-1:4294967296:1",
            "a:1:99999999999999",
        ] {
            assert!(shown(text).is_err(), "{text}");
        }
    }
}
