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
        Self(self.0.saturating_add(seconds).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The same instant as jiff's timestamp.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        let seconds = self.0.clamp(Self::MIN.0, Self::MAX.0);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl From<Timestamp> for EpochSeconds {
    /// Fractions of a second are dropped towards the past.
    fn from(timestamp: Timestamp) -> Self {
        let nanoseconds = timestamp.as_nanosecond();
        let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).unwrap_or(i64::MAX);
        Self(seconds).plus_seconds(0)
    }
}

impl fmt::Display for EpochSeconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(formatter)
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
        serializer.collect_str(self)
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
    fn the_ends_of_time_can_be_written() {
        assert_eq!(EpochSeconds::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert!(EpochSeconds::MAX.plus_seconds(i64::MAX).to_string().starts_with("9999-12-30"));
    }
}
