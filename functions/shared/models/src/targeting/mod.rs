//! Targeting: whom an item is meant for. One file per rule; [`Targeting::check`] is their order.

mod age;
mod allow_deny;
mod country;
mod gender;
mod language;
mod os_version;
mod platform;
mod unit;

pub use age::AgeRange;
pub use allow_deny::AllowDeny;
pub use os_version::OsVersionRange;

use serde::Deserialize;

use crate::query::{Gender, Platform, Query};
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
    /// ISO 3166-1 alpha-2, upper case.
    pub countries: AllowDeny<String>,
    /// BCP 47 primary subtags, lower case.
    pub languages: AllowDeny<String>,
    /// Genders.
    pub genders: AllowDeny<Gender>,
    /// The user must be in one of these; empty asks for nothing.
    pub ages: Vec<AgeRange>,
    /// Platforms.
    pub platforms: AllowDeny<Platform>,
    /// Versions of the operating system.
    pub os_versions: OsVersionRange,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The request.
    pub query: &'a Query,
    /// The year on the user's own calendar.
    pub local_year: i16,
}

/// A rule: what it finds wrong with showing an item to somebody, if anything.
type Rule = fn(&Targeting, &Subject<'_>) -> Option<Rejection>;

/// The rules in the order in which they are asked; the first that objects is the reason given.
const RULES: [Rule; 7] = [
    unit::check,
    country::check,
    language::check,
    gender::check,
    age::check,
    platform::check,
    os_version::check,
];

impl Targeting {
    /// The first rule that rejects the subject, if one does.
    #[must_use]
    pub fn check(&self, subject: &Subject<'_>) -> Option<Rejection> {
        RULES.iter().find_map(|rule| rule(self, subject))
    }
}
