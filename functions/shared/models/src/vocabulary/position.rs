//! Where a device is, in millionths of a degree.

use std::borrow::Cow;
use std::fmt;

use super::form::{Form, Invalid, Vocabulary, digits};

const MICRODEGREES_PER_DEGREE: i64 = 1_000_000;

/// A place on Earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Millionths of a degree north of the equator.
    pub latitude_microdegrees: i64,
    /// Millionths of a degree east of Greenwich.
    pub longitude_microdegrees: i64,
}

impl Position {
    /// The place at a latitude and a longitude.
    #[must_use]
    pub const fn new(latitude: Latitude, longitude: Longitude) -> Self {
        Self { latitude_microdegrees: latitude.0, longitude_microdegrees: longitude.0 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |microdegrees: i64| {
            let sign = if microdegrees < 0 { "-" } else { "" };
            let size = microdegrees.unsigned_abs();
            format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
        };
        let (latitude, longitude) = (self.latitude_microdegrees, self.longitude_microdegrees);
        write!(formatter, "{}, {}", degrees(latitude), degrees(longitude))
    }
}

/// Millionths of a degree north of the equator, -90 to 90 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latitude(i64);

/// Millionths of a degree east of Greenwich, -180 to 180 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Longitude(i64);

impl Vocabulary for Latitude {
    const FORM: Form = Form::Degrees {
        max: 90,
        pattern: r"^-?(0?90(\.(0{1,5}|0{6}[0-9]*))?|0{0,2}[0-9](\.[0-9]+)?|0?[1-8][0-9](\.[0-9]+)?|[0-9](\.[0-9]+)?[eE]-[0-9]{1,3})$",
    };

    fn read(text: &str) -> Result<Self, Invalid> {
        microdegrees(text, 90).map(Self)
    }
}

impl Vocabulary for Longitude {
    const FORM: Form = Form::Degrees {
        max: 180,
        pattern: r"^-?(180(\.(0{1,5}|0{6}[0-9]*))?|0{0,2}[0-9](\.[0-9]+)?|0?[1-9][0-9](\.[0-9]+)?|1[0-7][0-9](\.[0-9]+)?|[0-9](\.[0-9]+)?[eE]-[0-9]{1,3})$",
    };

    fn read(text: &str) -> Result<Self, Invalid> {
        microdegrees(text, 180).map(Self)
    }
}

/// Decimal degrees of at most so many, in millionths, cut off after the sixth place.
fn microdegrees(text: &str, degrees_max: i64) -> Result<i64, Invalid> {
    let limit = degrees_max * MICRODEGREES_PER_DEGREE;
    let parsed = parse_microdegrees(text).filter(|microdegrees| microdegrees.abs() <= limit);
    parsed.ok_or_else(|| Invalid(format!("decimal degrees from -{degrees_max} to {degrees_max}")))
}

fn parse_microdegrees(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let text = &without_exponent(text)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let (whole, fraction) = (digits(whole).filter(|whole| whole.len() <= 3)?, digits(fraction)?);
    let kept = &fraction[..fraction.len().min(6)];
    let scale = 10_i64.pow(6 - u32::try_from(kept.len()).ok()?);
    Some(sign * (whole.parse::<i64>().ok()? * MICRODEGREES_PER_DEGREE + kept.parse::<i64>().ok()? * scale))
}

/// The same number in digits alone. Most languages write a small number with an exponent (`5.0E-4`), and the
/// longitude of a device close to Greenwich is a small number.
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
}
