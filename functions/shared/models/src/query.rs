//! What a request asks, after the edge has parsed and checked it.

use jiff::tz::TimeZone;

use crate::time::EpochSeconds;
use crate::version::Version;

/// A person's gender as an app may report it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
pub enum Gender {
    /// Male.
    M,
    /// Female.
    F,
    /// Neither of the two.
    X,
}

/// What the device runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Android.
    Android,
    /// iOS and iPadOS.
    Ios,
    /// A browser.
    Web,
}

/// What the device itself has shown of one item since local midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// A line item's or a content's id.
    pub item_id: String,
    /// How often.
    pub count: u32,
    /// When last.
    pub last_shown_at: EpochSeconds,
}

/// One allocation request. An attribute that was not sent is `None` or empty.
#[derive(Debug, Clone)]
pub struct Query {
    /// The placement that asks.
    pub unit_id: String,
    /// The app's own name for its user.
    pub user_id: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<String>,
    /// BCP 47 primary subtag, lower case.
    pub language: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Year of birth.
    pub birth_year: Option<i16>,
    /// Platform.
    pub platform: Option<Platform>,
    /// Version of the operating system.
    pub os_version: Option<Version>,
    /// The user's zone; the unit's if none was sent.
    pub time_zone: Option<TimeZone>,
    /// Content categories the user cares for; empty under limit-ad-tracking.
    pub interests: Vec<String>,
    /// Whether the user limits ad tracking: nothing is read or written about them then.
    pub limit_ad_tracking: bool,
    /// How many slots; the unit's default if not sent.
    pub count: Option<usize>,
    /// What the device showed, if it said so.
    pub shown: Option<Vec<Shown>>,
}
