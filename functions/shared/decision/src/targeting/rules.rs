//! The rules of targeting in their order.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use super::{
    age, app, carrier, country, device_maker, device_model, gender, geo, interests, key_values, language,
    network, os_version, packages, platform, region, sdk_version, segments, unit, user_age,
};
use crate::rejection::Rejection;

/// A rule: what it finds wrong with showing an item to somebody, if anything.
type Rule = fn(&Targeting, &Subject<'_>) -> Option<Rejection>;

/// The rules in the order in which they are asked; the first that objects is the reason given.
const RULES: [Rule; 20] = [
    unit::check,
    app::check,
    country::check,
    region::check,
    language::check,
    gender::check,
    age::check,
    platform::check,
    os_version::check,
    sdk_version::check,
    device_maker::check,
    device_model::check,
    carrier::check,
    network::check,
    packages::check,
    segments::check,
    interests::check,
    geo::check,
    user_age::check,
    key_values::check,
];

/// The first rule that rejects the subject, if one does.
#[must_use]
pub fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    RULES.iter().find_map(|rule| rule(targeting, subject))
}
