//! Where the device is: within any of some circles.

use std::fmt;

use serde::Deserialize;

use super::{Subject, Targeting};
use crate::distance::is_within;
use crate::query::Position;
use crate::rejection::Rejection;

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

    fn holds(&self, place: Position) -> bool {
        is_within(self.center(), place, self.radius_meters)
    }
}

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let is_inside = |place| targeting.geo.iter().any(|circle| circle.holds(place));
    let admitted = targeting.geo.is_empty() || subject.query.position.is_some_and(is_inside);
    (!admitted).then_some(Rejection::Geo)
}
