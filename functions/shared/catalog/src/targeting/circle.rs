//! A circle on Earth.

use std::fmt;

use serde::Deserialize;

use lockfill_models::distance::is_within;
use lockfill_models::vocabulary::Position;

/// A circle on Earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// Millionths of a degree north of the equator.
    pub latitude_microdegrees: i32,
    /// Millionths of a degree east of Greenwich.
    pub longitude_microdegrees: i32,
    /// The radius in meters; its edge belongs to it.
    pub radius_meters: u32,
}

impl fmt::Display for Circle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (center, radius_meters) = (self.center(), self.radius_meters);
        write!(formatter, "within {radius_meters} m of {center}")
    }
}

impl Circle {
    fn center(&self) -> Position {
        Position {
            latitude_microdegrees: self.latitude_microdegrees.into(),
            longitude_microdegrees: self.longitude_microdegrees.into(),
        }
    }

    /// Whether a place is in the circle.
    #[must_use]
    pub fn holds(&self, place: Position) -> bool {
        is_within(self.center(), place, self.radius_meters)
    }
}
