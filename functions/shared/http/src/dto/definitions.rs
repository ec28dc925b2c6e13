//! The parameters of an allocation request, as data: what the parser refuses and what the OpenAPI document
//! says of a parameter come from the same row.

use lockfill_models::query::Shown;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::Version;
use lockfill_models::vocabulary::{Gender, Network, Platform};

use super::kinds::{self, Kind};

/// A parameter with one value.
pub(super) struct Scalar<T: 'static> {
    pub name: &'static str,
    pub describes: &'static str,
    pub kind: &'static Kind<T>,
}

/// A parameter with a list of values: repeated or comma-separated in a query, an array in JSON.
pub(super) struct List<T: 'static> {
    pub name: &'static str,
    pub describes: &'static str,
    pub length_max: usize,
    pub kind: &'static Kind<T>,
}

/// How many values a parameter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    One,
    List { length_max: usize },
    KeyValues { length_max: usize },
}

/// A parameter without the type that its values are read to.
pub(crate) struct Row {
    pub name: &'static str,
    pub describes: &'static str,
    pub shape: Shape,
    pub form: kinds::Form,
}

impl<T> Scalar<T> {
    const fn row(&self) -> Row {
        Row { name: self.name, describes: self.describes, shape: Shape::One, form: self.kind.form }
    }
}

impl<T> List<T> {
    const fn row(&self) -> Row {
        let shape = Shape::List { length_max: self.length_max };
        Row { name: self.name, describes: self.describes, shape, form: self.kind.form }
    }
}

const fn one<T>(name: &'static str, kind: &'static Kind<T>, describes: &'static str) -> Scalar<T> {
    Scalar { name, describes, kind }
}

const fn list<T>(
    name: &'static str,
    length_max: usize,
    kind: &'static Kind<T>,
    describes: &'static str,
) -> List<T> {
    List { name, describes, length_max, kind }
}

pub(super) const UNIT_ID: Scalar<String> =
    one("unit_id", &kinds::IDENTIFIER, "The placement that asks; 404 if no such unit is published.");
pub(super) const USER_ID: Scalar<String> =
    one("user_id", &kinds::USER_ID, "The app's own name for its user: visible characters.");
pub(super) const COUNTRY: Scalar<String> =
    one("country", &kinds::COUNTRY, "ISO 3166-1 alpha-2, in any case.");
pub(super) const REGION: Scalar<String> =
    one("region", &kinds::REGION, "ISO 3166-2, such as KR-11, in any case.");
pub(super) const LANGUAGE: Scalar<String> =
    one("language", &kinds::LANGUAGE, "BCP 47 primary subtag, in any case.");
pub(super) const GENDER: Scalar<Gender> = one("gender", &kinds::GENDER, "As the user states it.");
pub(super) const BIRTH_YEAR: Scalar<i16> = one(
    "birth_year",
    &kinds::BIRTH_YEAR,
    "Until the year that it is; a later one is refused when it is sent.",
);
pub(super) const PLATFORM: Scalar<Platform> = one("platform", &kinds::PLATFORM, "What the app runs on.");
pub(super) const OS_VERSION: Scalar<Version> =
    one("os_version", &kinds::VERSION, "1 to 4 numbers joined by dots, each at most 65535.");
pub(super) const SDK_VERSION: Scalar<Version> = one("sdk_version", &kinds::VERSION, "As os_version.");
pub(super) const DEVICE_MAKER: Scalar<String> =
    one("device_maker", &kinds::SHORT_TEXT, "Who made the device.");
pub(super) const DEVICE_MODEL: Scalar<String> =
    one("device_model", &kinds::SHORT_TEXT, "What its maker calls it.");
pub(super) const CARRIER: Scalar<String> = one("carrier", &kinds::SHORT_TEXT, "Mobile carrier.");
pub(super) const NETWORK: Scalar<Network> = one("network", &kinds::NETWORK, "How the device is connected.");
pub(super) const TIME_ZONE: Scalar<jiff::tz::TimeZone> =
    one("timezone", &kinds::TIME_ZONE, "IANA name; left out: the unit's.");
pub(super) const INTERESTS: List<String> = list(
    "interests",
    64,
    &kinds::SHORT_TEXT,
    "Categories that the user cares for; dropped under limit-ad-tracking.",
);
pub(super) const SEGMENTS: List<String> = list(
    "segments",
    64,
    &kinds::SHORT_TEXT,
    "Audiences that the user is in; dropped under limit-ad-tracking.",
);
pub(super) const PACKAGES: List<String> = list("packages", 200, &kinds::SHORT_TEXT, "Apps on the device.");
pub(super) const LATITUDE: Scalar<i64> = one(
    "lat",
    &kinds::LATITUDE,
    "Decimal degrees, with lon or not at all; an exponent is for small ones, such as 5.0E-4.",
);
pub(super) const LONGITUDE: Scalar<i64> = one(
    "lon",
    &kinds::LONGITUDE,
    "Decimal degrees, with lat or not at all; an exponent is for small ones, such as 5.0E-4.",
);
pub(super) const LIMIT_AD_TRACKING: Scalar<bool> =
    one("limit_ad_tracking", &kinds::BOOLEAN, "Nothing is read or written about the user then.");
pub(super) const COUNT: Scalar<usize> = one("count", &kinds::COUNT, "Slots; left out: the unit's number.");
pub(super) const SHOWN: List<Shown> = list(
    "shown",
    100,
    &kinds::SHOWN,
    "What the device itself showed since local midnight: ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS.",
);
pub(super) const KEY_VALUES_MAX: usize = 20;
pub(super) const KEY_VALUES: &str = "kv";
pub(super) const EXPLAIN: Scalar<bool> =
    one("explain", &kinds::BOOLEAN, "Why every other item is not shown; with the debug token alone.");
pub(super) const NOW: Scalar<EpochSeconds> =
    one("now", &kinds::INSTANT, "Another instant than now; with the debug token alone.");

/// Every parameter, in the order of the documents.
pub(crate) const TABLE: [Row; 26] = [
    UNIT_ID.row(),
    USER_ID.row(),
    COUNTRY.row(),
    REGION.row(),
    LANGUAGE.row(),
    GENDER.row(),
    BIRTH_YEAR.row(),
    PLATFORM.row(),
    OS_VERSION.row(),
    SDK_VERSION.row(),
    DEVICE_MAKER.row(),
    DEVICE_MODEL.row(),
    CARRIER.row(),
    NETWORK.row(),
    TIME_ZONE.row(),
    INTERESTS.row(),
    SEGMENTS.row(),
    PACKAGES.row(),
    LATITUDE.row(),
    LONGITUDE.row(),
    LIMIT_AD_TRACKING.row(),
    COUNT.row(),
    SHOWN.row(),
    Row {
        name: KEY_VALUES,
        describes: "Free key-values.",
        shape: Shape::KeyValues { length_max: KEY_VALUES_MAX },
        form: kinds::SHORT_TEXT.form,
    },
    EXPLAIN.row(),
    NOW.row(),
];

/// What a request cannot do without.
pub(crate) const REQUIRED: [&str; 2] = [UNIT_ID.name, USER_ID.name];

/// The shape of a parameter; `None` if there is none of that name.
pub(super) fn shape(name: &str) -> Option<Shape> {
    TABLE.iter().find(|row| row.name == name).map(|row| row.shape)
}

/// Whether a parameter is a list.
pub(super) fn is_list(name: &str) -> bool {
    matches!(shape(name), Some(Shape::List { .. }))
}
