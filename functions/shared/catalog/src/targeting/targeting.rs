//! The conditions of an item, as published.

use std::collections::BTreeMap;

use lockfill_models::vocabulary::{
    Country, Folded, Gender, Identifier, Language, Network, Platform, Region, ShortText,
};
use serde::Deserialize;

use super::age_range::AgeRanges;
use super::allow_deny::AllowDeny;
use super::circle::Circles;
use super::set_condition::SetCondition;
use super::user_age::UserAge;
use super::version_range::VersionRange;

/// Every condition of an item. A user must meet all of them; a condition that is left out sets no condition.
///
/// A catalog with an unknown condition is refused: to ignore the condition would show the item to users for whom
/// it is not meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Targeting {
    /// Unit ids.
    pub units: AllowDeny<Identifier>,
    /// The publisher's apps, by id.
    pub apps: AllowDeny<Identifier>,
    /// Countries.
    pub countries: AllowDeny<Country>,
    /// Regions of countries.
    pub regions: AllowDeny<Region>,
    /// Languages that the app reports.
    pub languages: AllowDeny<Language>,
    /// Genders.
    pub genders: AllowDeny<Gender>,
    /// Ages in years.
    pub ages: AgeRanges,
    /// Platforms.
    pub platforms: AllowDeny<Platform>,
    /// Versions of the operating system.
    pub os_versions: VersionRange,
    /// Versions of the SDK.
    pub sdk_versions: VersionRange,
    /// Makers of devices; letters count in either case.
    pub device_makers: AllowDeny<Folded>,
    /// Models of devices; letters count in either case.
    pub device_models: AllowDeny<Folded>,
    /// Mobile carriers; letters count in either case.
    pub carriers: AllowDeny<Folded>,
    /// Connections.
    pub networks: AllowDeny<Network>,
    /// Apps on the device.
    pub packages: SetCondition,
    /// Audiences.
    pub segments: SetCondition,
    /// Interests.
    pub interests: SetCondition,
    /// Places.
    pub geo: Circles,
    /// New or returning users.
    pub user_age: Option<UserAge>,
    /// Free keys and the values that they must and must not have.
    pub key_values: BTreeMap<ShortText, AllowDeny<ShortText>>,
}
