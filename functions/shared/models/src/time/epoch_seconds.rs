//! An instant in whole seconds.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Seconds since 1970-01-01T00:00:00Z; written and read as RFC 3339 in UTC, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochSeconds(pub i64);

impl EpochSeconds {
    /// The last instant that can be written as RFC 3339. It stands for "no end".
    pub const MAX: Self = Self(253_402_207_200);
    /// The first instant that can be written as RFC 3339 here.
    pub const MIN: Self = Self(-62_135_596_800);

    /// The space for the text of an instant.
    pub const TEXT_BUFFER: [u8; 20] = *b"0000-00-00T00:00:00Z";

    /// The instant as RFC 3339 in UTC, to the second. Instants outside [`Self::MIN`] and [`Self::MAX`] are written as
    /// these are.
    ///
    /// Written by hand, because an answer has two instants a slot, and the printer of `jiff` takes ten times as long.
    #[must_use]
    pub fn write(self, buffer: &mut [u8; 20]) -> &str {
        *buffer = Self::TEXT_BUFFER;
        let seconds = self.0.clamp(Self::MIN.0, Self::MAX.0);
        let (year, month, day) = date(seconds.div_euclid(86_400));
        let second_of_day = seconds.rem_euclid(86_400);
        put_digits(&mut buffer[0..4], year);
        put_digits(&mut buffer[5..7], month);
        put_digits(&mut buffer[8..10], day);
        put_digits(&mut buffer[11..13], second_of_day / 3_600);
        put_digits(&mut buffer[14..16], second_of_day / 60 % 60);
        put_digits(&mut buffer[17..19], second_of_day % 60);
        // Digits and signs alone.
        std::str::from_utf8(buffer).unwrap_or_default()
    }

    /// The start of this instant's minute.
    #[must_use]
    pub const fn floor_to_minute(self) -> Self {
        Self(self.0 - self.0.rem_euclid(60))
    }

    /// Minutes since the epoch, rounded down.
    #[must_use]
    pub const fn epoch_minute(self) -> i64 {
        self.0.div_euclid(60)
    }

    /// The instant that many seconds later, at most [`Self::MAX`].
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds)).clamped()
    }

    /// The instant, or the nearest one between [`Self::MIN`] and [`Self::MAX`].
    #[must_use]
    pub fn clamped(self) -> Self {
        self.clamp(Self::MIN, Self::MAX)
    }

    /// The same instant as jiff's timestamp.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        let seconds = self.0.clamp(Self::MIN.0, Self::MAX.0);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Year, month and day of the Gregorian calendar, from the number of days since 1970-01-01.
///
/// Source: `civil_from_days` in <https://howardhinnant.github.io/date_algorithms.html>. Years begin in March there, so
/// that a leap day is the last of its year, and 400 years have 146,097 days.
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// Writes the last decimal digits of a number that is not negative.
fn put_digits(places: &mut [u8], number: i64) {
    let mut rest = number;
    for place in places.iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
}

impl From<Timestamp> for EpochSeconds {
    /// Fractions of a second are dropped towards the past.
    fn from(timestamp: Timestamp) -> Self {
        let nanoseconds = timestamp.as_nanosecond();
        let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).unwrap_or(i64::MAX);
        Self(seconds).clamped()
    }
}

impl fmt::Display for EpochSeconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = Self::TEXT_BUFFER;
        formatter.write_str(self.write(&mut buffer))
    }
}

impl FromStr for EpochSeconds {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<Timestamp>().map(Self::from)
    }
}

impl Serialize for EpochSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut buffer = Self::TEXT_BUFFER;
        serializer.serialize_str(self.write(&mut buffer))
    }
}

impl<'de> Deserialize<'de> for EpochSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_read_any_offset_and_write_utc_to_the_second() {
        let instant: EpochSeconds = "2026-11-22T21:00:00.999+09:00".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-11-22T12:00:00Z");
        assert_eq!(EpochSeconds(-1).floor_to_minute(), EpochSeconds(-60));
        assert_eq!("1969-12-31T23:59:59.5Z".parse::<EpochSeconds>().unwrap(), EpochSeconds(-1));
    }

    #[test]
    fn an_instant_is_written_as_jiff_writes_it() {
        let days = (EpochSeconds::MIN.0 / 86_400)..=(EpochSeconds::MAX.0 / 86_400);
        // A prime number of seconds is added, so that hours, minutes and seconds differ from day to day.
        let every_ninth_day = days.step_by(9).map(|day| day * 86_400 + day * 7_919 % 86_400);
        let ends = [EpochSeconds::MIN.0, EpochSeconds::MAX.0, i64::MIN, i64::MAX, -1, 0, 951_782_400];
        for instant in every_ninth_day.chain(ends).map(EpochSeconds) {
            assert_eq!(instant.to_string(), instant.timestamp().to_string());
        }
    }

    #[test]
    fn the_ends_of_time_can_be_written() {
        assert_eq!(EpochSeconds::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert!(EpochSeconds::MAX.plus_seconds(i64::MAX).to_string().starts_with("9999-12-30"));
    }
}
