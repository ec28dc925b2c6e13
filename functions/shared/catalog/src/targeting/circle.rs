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
    /// The radius in meters; a place at exactly this distance is inside.
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

    fn holds(&self, place: Position) -> bool {
        is_within(self.center(), place, self.radius_meters)
    }
}

/// Circles; the device must be in one of them. No circle sets no condition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Circles(pub Vec<Circle>);

impl Circles {
    /// Whether a place is in one of the circles. A place that is not known is admitted only where nothing is
    /// asked.
    #[must_use]
    pub fn admits(&self, place: Option<Position>) -> bool {
        self.0.is_empty() || place.is_some_and(|place| self.0.iter().any(|circle| circle.holds(place)))
    }
}

impl fmt::Display for Circles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.iter().map(Circle::to_string).collect::<Vec<_>>().join(" or "))
    }
}
