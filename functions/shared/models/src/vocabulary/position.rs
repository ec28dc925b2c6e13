//! Where a device is.

use std::fmt;

/// A place on Earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Millionths of a degree north of the equator.
    pub latitude_microdegrees: i64,
    /// Millionths of a degree east of Greenwich.
    pub longitude_microdegrees: i64,
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
