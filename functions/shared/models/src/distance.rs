//! Distances on Earth in integers, so that Rust and Python agree on every meter.
//!
//! A microdegree of latitude is 111,195 micrometers (a sphere of 6,371.0088 km, the mean radius of IUGG). A
//! microdegree of longitude is that times the cosine of the latitude halfway, which is read off a table of
//! whole degrees in ppm and interpolated linearly, rounding down. Both are legs of a right triangle in
//! millimeters, rounded down; the distance is compared by its square. Against the great circle this is off by
//! less than half a percent up to some hundred kilometers below 70 degrees of latitude. Vectors:
//! `tests/fixtures/vectors/distance.json`.

use crate::vocabulary::Position;

/// Micrometers in a microdegree of latitude.
const MICROMETERS_PER_MICRODEGREE: i128 = 111_195;
const MICRODEGREES_PER_DEGREE: i64 = 1_000_000;
const HALF_TURN_MICRODEGREES: i64 = 180_000_000;

/// The cosine of 0 to 90 degrees, in ppm.
#[rustfmt::skip]
const COSINE_PPM: [i64; 91] = [
    1_000_000, 999_848, 999_391, 998_630, 997_564, 996_195, 994_522, 992_546, 990_268, 987_688,
    984_808, 981_627, 978_148, 974_370, 970_296, 965_926, 961_262, 956_305, 951_057, 945_519,
    939_693, 933_580, 927_184, 920_505, 913_545, 906_308, 898_794, 891_007, 882_948, 874_620,
    866_025, 857_167, 848_048, 838_671, 829_038, 819_152, 809_017, 798_636, 788_011, 777_146,
    766_044, 754_710, 743_145, 731_354, 719_340, 707_107, 694_658, 681_998, 669_131, 656_059,
    642_788, 629_320, 615_661, 601_815, 587_785, 573_576, 559_193, 544_639, 529_919, 515_038,
    500_000, 484_810, 469_472, 453_990, 438_371, 422_618, 406_737, 390_731, 374_607, 358_368,
    342_020, 325_568, 309_017, 292_372, 275_637, 258_819, 241_922, 224_951, 207_912, 190_809,
    173_648, 156_434, 139_173, 121_869, 104_528, 87_156, 69_756, 52_336, 34_899, 17_452,
    0,
];

/// Whether two places are at most so many meters apart.
#[must_use]
pub fn is_within(one: Position, other: Position, radius_meters: u32) -> bool {
    let radius_millimeters = i128::from(radius_meters) * 1_000;
    squared_millimeters(one, other) <= radius_millimeters * radius_millimeters
}

/// The square of the distance in millimeters.
#[must_use]
pub fn squared_millimeters(one: Position, other: Position) -> i128 {
    let latitude_difference = (one.latitude_microdegrees - other.latitude_microdegrees).abs();
    let turn =
        (one.longitude_microdegrees - other.longitude_microdegrees).rem_euclid(2 * HALF_TURN_MICRODEGREES);
    // The shorter of the two ways around the Earth.
    let longitude_difference = turn.min(2 * HALF_TURN_MICRODEGREES - turn);
    let halfway = (one.latitude_microdegrees + other.latitude_microdegrees).div_euclid(2);
    let north = millimeters(i128::from(latitude_difference));
    let east = millimeters(i128::from(longitude_difference)) * i128::from(cosine_ppm(halfway)) / 1_000_000;
    north * north + east * east
}

fn millimeters(microdegrees: i128) -> i128 {
    microdegrees * MICROMETERS_PER_MICRODEGREE / 1_000
}

fn cosine_ppm(latitude_microdegrees: i64) -> i64 {
    let latitude = latitude_microdegrees.abs();
    let degree = usize::try_from(latitude / MICRODEGREES_PER_DEGREE).unwrap_or(90).min(90);
    let next = (degree + 1).min(90);
    let step = (COSINE_PPM[next] - COSINE_PPM[degree]) * (latitude % MICRODEGREES_PER_DEGREE);
    COSINE_PPM[degree] + step.div_euclid(MICRODEGREES_PER_DEGREE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(latitude: i64, longitude: i64) -> Position {
        Position { latitude_microdegrees: latitude, longitude_microdegrees: longitude }
    }

    #[test]
    fn a_radius_is_the_same_on_both_sides_of_the_date_line() {
        let (fiji, east) = (place(-17_000_000, 179_999_000), place(-17_000_000, -179_999_000));
        assert!(is_within(fiji, east, 213) && !is_within(fiji, east, 212));
    }

    #[test]
    fn at_a_pole_all_longitudes_meet() {
        assert!(is_within(place(90_000_000, 0), place(90_000_000, 180_000_000), 0));
    }

    #[test]
    fn the_formula_stays_within_half_a_percent_of_the_great_circle() {
        for (one, other) in [
            (place(37_566_500, 126_978_000), place(37_497_900, 127_027_600)),
            (place(37_566_500, 126_978_000), place(35_179_600, 129_075_600)),
            (place(-33_868_800, 151_209_300), place(-34_928_500, 150_600_700)),
            (place(64_146_600, -21_942_600), place(65_688_500, -18_126_200)),
        ] {
            let great_circle = great_circle_meters(one, other);
            #[expect(clippy::cast_precision_loss, reason = "a comparison to half a percent")]
            let ours = (squared_millimeters(one, other) as f64).sqrt() / 1_000.0;
            assert!((ours / great_circle - 1.0).abs() < 0.005, "{ours} {great_circle}");
        }
    }

    /// The haversine formula.
    fn great_circle_meters(one: Position, other: Position) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "microdegrees fit")]
        let radians = |microdegrees: i64| (microdegrees as f64 / 1e6).to_radians();
        let (from, to) = (radians(one.latitude_microdegrees), radians(other.latitude_microdegrees));
        let east = radians(one.longitude_microdegrees - other.longitude_microdegrees);
        let haversine =
            ((from - to) / 2.0).sin().powi(2) + from.cos() * to.cos() * (east / 2.0).sin().powi(2);
        2.0 * 6_371_008.8 * haversine.sqrt().asin()
    }
}
