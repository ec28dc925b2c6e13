//! The parameters of an allocation request, as one table: what is read of a parameter, what is refused, and
//! what the OpenAPI document says of it come from the same row.

use jiff::tz::TimeZone;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{
    Country, Explain, Form, Gender, Identifier, Language, Latitude, Network, Platform, Region, ShortText,
    Shown, SlotCount, UserId, Version,
};

use super::draft::Draft;
use super::fields::Fields;
use super::readers::{KeyValues, List, LongitudeAfter, One, OptOut, Reader, Required, YearOfBirth};

pub use super::readers::Shape;

/// The reasons of rejections.
pub(super) const EXPLAIN: &str = "explain";
/// The instant that is asked about.
pub(super) const NOW: &str = "now";
/// Key-values, as an object in JSON and in messages.
pub(super) const KEY_VALUES: &str = "kv";
/// Whether mistakes are refused that a device could not mend.
pub(super) const STRICT: &str = "strict";
/// The unit, which must be named.
pub(super) const UNIT_ID: &str = "unit_id";
const LATITUDE: &str = "lat";

/// A parameter.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What a client should know about it.
    pub describes: &'static str,
    reader: &'static dyn Reader,
    /// Removes from a query what the parameter says about the person; `None` if it says nothing about the person.
    forget: Option<fn(&mut Query)>,
}

impl Parameter {
    /// Whether the parameter describes the person, so that it is dropped under limit-ad-tracking.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.forget.is_some()
    }

    /// Removes the parameter from a query if it describes the person.
    pub(super) fn forget(&self, query: &mut Query) {
        if let Some(forget) = self.forget {
            forget(query);
        }
    }

    /// How many values it has.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.reader.shape()
    }

    /// How each value looks.
    #[must_use]
    pub fn form(&self) -> Form {
        self.reader.form()
    }

    /// Whether a request without it is refused.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.reader.is_required()
    }

    /// Reads it into a draft.
    pub(super) fn read(&self, fields: &mut Fields<'_>, draft: &mut Draft) {
        self.reader.read(self.name, fields, draft);
    }
}

const fn row(name: &'static str, reader: &'static dyn Reader, describes: &'static str) -> Parameter {
    Parameter { name, describes, reader, forget: None }
}

/// A parameter that describes the person: under limit-ad-tracking a decision does without it.
const fn personal(
    name: &'static str,
    reader: &'static dyn Reader,
    describes: &'static str,
    forget: fn(&mut Query),
) -> Parameter {
    Parameter { name, describes, reader, forget: Some(forget) }
}

/// Every parameter, in the order in which they are read and in which mistakes are listed.
pub static TABLE: &[Parameter] = &[
    row(
        UNIT_ID,
        &Required(|draft, value: Identifier| draft.query.unit_id = value),
        "The placement that asks; 404 if no such unit is published.",
    ),
    row(
        "user_id",
        &Required(|draft, value: UserId| draft.query.user_id = value),
        "The app's own name for its user: visible characters.",
    ),
    personal(
        "device_id",
        &One(|draft, value: ShortText| draft.query.device_id = Some(value)),
        "The app's own name for the device: on a unit that lends, it tells a user's devices apart; dropped under \
            limit-ad-tracking.",
        |query| query.device_id = None,
    ),
    row(
        "country",
        &One(|draft, value: Country| draft.query.country = Some(value)),
        "ISO 3166-1 alpha-2, in any case.",
    ),
    row(
        "region",
        &One(|draft, value: Region| draft.query.region = Some(value)),
        "ISO 3166-2, such as KR-11, in any case.",
    ),
    row(
        "language",
        &One(|draft, value: Language| draft.query.language = Some(value)),
        "BCP 47 primary subtag, in any case.",
    ),
    row("gender", &One(|draft, value: Gender| draft.query.gender = Some(value)), "As the user states it."),
    row("birth_year", &YearOfBirth, "Until the year that it is; a later one is refused when it is sent."),
    row(
        "platform",
        &One(|draft, value: Platform| draft.query.platform = Some(value)),
        "What the app runs on.",
    ),
    row(
        "os_version",
        &One(|draft, value: Version| draft.query.os_version = Some(value)),
        "1 to 4 numbers joined by dots, each at most 65535.",
    ),
    row("sdk_version", &One(|draft, value: Version| draft.query.sdk_version = Some(value)), "As os_version."),
    row(
        "device_maker",
        &One(|draft, value: ShortText| draft.query.device_maker = Some(value)),
        "Who made the device.",
    ),
    row(
        "device_model",
        &One(|draft, value: ShortText| draft.query.device_model = Some(value)),
        "What its maker calls it.",
    ),
    row("carrier", &One(|draft, value: ShortText| draft.query.carrier = Some(value)), "Mobile carrier."),
    row(
        "network",
        &One(|draft, value: Network| draft.query.network = Some(value)),
        "How the device is connected.",
    ),
    row(
        "timezone",
        &One(|draft, value: TimeZone| draft.query.time_zone = Some(value)),
        "IANA name; left out: the unit's.",
    ),
    personal(
        "interests",
        &List { length_max: 64, set: |draft, values: Vec<ShortText>| draft.query.interests = values },
        "Categories that the user cares for; dropped under limit-ad-tracking.",
        |query| query.interests.clear(),
    ),
    personal(
        "segments",
        &List { length_max: 64, set: |draft, values: Vec<ShortText>| draft.query.segments = values },
        "Audiences that the user is in; dropped under limit-ad-tracking.",
        |query| query.segments.clear(),
    ),
    row(
        "packages",
        &List { length_max: 200, set: |draft, values: Vec<ShortText>| draft.query.packages = values },
        "Apps on the device.",
    ),
    row(
        LATITUDE,
        &One(|draft, value: Latitude| draft.latitude = Some(value)),
        "Decimal degrees, with lon or not at all; an exponent is for small ones, such as 5.0E-4.",
    ),
    personal(
        "lon",
        &LongitudeAfter { latitude: LATITUDE },
        "Decimal degrees, with lat or not at all; an exponent is for small ones, such as 5.0E-4.",
        |query| query.position = None,
    ),
    row(KEY_VALUES, &KeyValues { length_max: 20 }, "Free key-values."),
    row(
        "limit_ad_tracking",
        &OptOut(|draft, value| draft.query.limit_ad_tracking = value),
        "Nothing is read or written about the user then; a value that cannot be read counts as true.",
    ),
    row(
        "count",
        &One(|draft, value: SlotCount| draft.query.count = Some(value)),
        "Slots; left out: the unit's number.",
    ),
    row(
        "shown",
        &List { length_max: 100, set: |draft, values: Vec<Shown>| draft.query.shown = Some(values) },
        "What the device itself showed since local midnight: ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS.",
    ),
    row(
        EXPLAIN,
        &One(|draft, value: Explain| draft.explain = value),
        "Why other items are not shown: how many each rule rejected, and the reasons of those that are named (up to 200 \
            ids, with commas between them) or of the first 200; with the debug token alone.",
    ),
    row(
        NOW,
        &One(|draft, value: EpochSeconds| draft.now = Some(value)),
        "Another instant than now; with the debug token alone.",
    ),
    row(
        STRICT,
        &One(|_, _: bool| ()),
        "For developers: refuse and name every optional parameter that does not have its form, instead of \
            normalizing or ignoring it.",
    ),
];

/// The parameter of a name; `None` if there is none.
pub(super) fn find(name: &str) -> Option<&'static Parameter> {
    TABLE.iter().find(|parameter| parameter.name == name)
}
