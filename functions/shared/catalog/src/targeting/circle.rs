//! A circle on Earth.

use std::fmt;

use serde::Deserialize;

use lockfill_models::distance::is_within;
use lockfill_models::vocabulary::Position;

use super::point::Point;
use super::shape::{Shape, StoredCondition};
use crate::stored::TextWriter;

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

impl Shape for Circles {
    type View<'c> = CirclesView<'c>;

    fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// The center's latitude and longitude and the radius of each circle.
    fn write(&self, _texts: &mut TextWriter, words: &mut Vec<u32>) {
        words.extend(self.0.iter().flat_map(|circle| {
            let (latitude, longitude) = (circle.latitude_microdegrees, circle.longitude_microdegrees);
            [latitude.cast_unsigned(), longitude.cast_unsigned(), circle.radius_meters]
        }));
    }

    fn view(stored: StoredCondition<'_>) -> CirclesView<'_> {
        CirclesView { words: stored.words }
    }

    fn is_sound(stored: StoredCondition<'_>) -> bool {
        !stored.words.is_empty() && stored.words.len().is_multiple_of(3)
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        point != Point::Absent
    }
}

/// Circles in a blob.
#[derive(Debug, Clone, Copy)]
pub struct CirclesView<'c> {
    words: &'c [u32],
}

impl CirclesView<'_> {
    fn circles(&self) -> impl Iterator<Item = Circle> {
        self.words.chunks_exact(3).map(|words| Circle {
            latitude_microdegrees: words[0].cast_signed(),
            longitude_microdegrees: words[1].cast_signed(),
            radius_meters: words[2],
        })
    }

    /// Whether a place is in one of the circles. A place that is not known is never admitted.
    #[must_use]
    pub fn admits(&self, place: Option<Position>) -> bool {
        place.is_some_and(|place| self.circles().any(|circle| circle.holds(place)))
    }
}

impl fmt::Display for CirclesView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.circles().map(|circle| circle.to_string()).collect::<Vec<_>>().join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::view;
    use super::*;

    #[test]
    fn a_place_must_be_in_one_of_the_circles() {
        let circle = |latitude_microdegrees| Circle {
            latitude_microdegrees,
            longitude_microdegrees: -1_000_000,
            radius_meters: 1_000,
        };
        view(&Circles(vec![circle(-40_000_000), circle(0)]), |view| {
            let place = |latitude_microdegrees, longitude_microdegrees| {
                Some(Position { latitude_microdegrees, longitude_microdegrees })
            };
            assert!(view.admits(place(-40_000_000, -1_000_000)) && view.admits(place(0, -1_000_000)));
            assert!(!view.admits(place(40_000_000, -1_000_000)) && !view.admits(None));
            let expected = "within 1000 m of -40.000000, -1.000000 or within 1000 m of 0.000000, -1.000000";
            assert_eq!(view.to_string(), expected);
        });
    }
}
