//! What a request asks, after the edge has parsed and checked it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::time::EpochSeconds;
use crate::vocabulary::{Gender, Network, Platform, Position, Version};

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
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The placement that asks.
    pub unit_id: String,
    /// The app's own name for its user.
    pub user_id: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<String>,
    /// ISO 3166-2, upper case.
    pub region: Option<String>,
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
    /// Version of the SDK that asks.
    pub sdk_version: Option<Version>,
    /// Who made the device.
    pub device_maker: Option<String>,
    /// What the maker calls it.
    pub device_model: Option<String>,
    /// Mobile carrier.
    pub carrier: Option<String>,
    /// How the device is connected.
    pub network: Option<Network>,
    /// The user's zone; the unit's if none was sent.
    pub time_zone: Option<TimeZone>,
    /// Content categories the user cares for; empty under limit-ad-tracking.
    pub interests: Vec<String>,
    /// Audiences the user is in; empty under limit-ad-tracking.
    pub segments: Vec<String>,
    /// Apps on the device.
    pub packages: Vec<String>,
    /// Where the device is; `None` under limit-ad-tracking.
    pub position: Option<Position>,
    /// Free key-values.
    pub key_values: BTreeMap<String, String>,
    /// Whether the user limits ad tracking: nothing is read or written about them then.
    pub limit_ad_tracking: bool,
    /// How many slots; the unit's default if not sent.
    pub count: Option<usize>,
    /// What the device showed, if it said so.
    pub shown: Option<Vec<Shown>>,
}
