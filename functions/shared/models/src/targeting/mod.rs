//! Targeting: whom an item is meant for. One file per rule; [`Targeting::check`] is their order.

mod age;
mod allow_deny;
mod app;
mod carrier;
mod country;
mod device_maker;
mod device_model;
mod folded;
mod gender;
mod geo;
mod interests;
mod key_values;
mod language;
mod network;
mod os_version;
mod packages;
mod platform;
mod region;
mod sdk_version;
mod segments;
mod set_condition;
mod unit;
mod user_age;
mod version_range;

pub use age::AgeRange;
pub use allow_deny::AllowDeny;
pub use folded::Folded;
pub use geo::Circle;
pub use set_condition::SetCondition;
pub use user_age::UserAge;
pub use version_range::VersionRange;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::query::{Gender, Network, Platform, Query};
use crate::rejection::Rejection;

/// Every condition of an item; all of them must hold, and one that is left out asks for nothing.
///
/// A condition that this version does not know is refused with the catalog, because ignoring it would show
/// an item to people for whom it is not meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Targeting {
    /// Unit ids.
    pub units: AllowDeny<String>,
    /// The publisher's apps, by id.
    pub apps: AllowDeny<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub countries: AllowDeny<String>,
    /// ISO 3166-2, upper case.
    pub regions: AllowDeny<String>,
    /// BCP 47 primary subtags, lower case.
    pub languages: AllowDeny<String>,
    /// Genders.
    pub genders: AllowDeny<Gender>,
    /// The user must be in one of these; empty asks for nothing.
    pub ages: Vec<AgeRange>,
    /// Platforms.
    pub platforms: AllowDeny<Platform>,
    /// Versions of the operating system.
    pub os_versions: VersionRange,
    /// Versions of the SDK.
    pub sdk_versions: VersionRange,
    /// Who made the device.
    pub device_makers: AllowDeny<Folded>,
    /// What the maker calls it.
    pub device_models: AllowDeny<Folded>,
    /// Mobile carriers.
    pub carriers: AllowDeny<Folded>,
    /// How the device is connected.
    pub networks: AllowDeny<Network>,
    /// Apps on the device.
    pub packages: SetCondition,
    /// Audiences.
    pub segments: SetCondition,
    /// Interests.
    pub interests: SetCondition,
    /// The device must be in one of these; empty asks for nothing.
    pub geo: Vec<Circle>,
    /// New or returning users.
    pub user_age: Option<UserAge>,
    /// Free keys and the values that they must and must not have.
    pub key_values: BTreeMap<String, AllowDeny<String>>,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The request.
    pub query: &'a Query,
    /// The year on the user's own calendar.
    pub local_year: i16,
    /// The publisher's app that the unit belongs to.
    pub app_id: &'a str,
    /// How long the user has been here, if that is known.
    pub user_age: Option<UserAge>,
}

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

impl Targeting {
    /// The first rule that rejects the subject, if one does.
    #[must_use]
    pub fn check(&self, subject: &Subject<'_>) -> Option<Rejection> {
        RULES.iter().find_map(|rule| rule(self, subject))
    }
}
