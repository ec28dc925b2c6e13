//! The parameters of an allocation request, checked.

use std::collections::BTreeMap;

use lockfill_models::query::{Position, Query};
use lockfill_models::time::EpochSeconds;
use lockfill_services::Debugging;

use super::fields::Fields;
use super::parameters::{KEY_VALUE_PREFIX, Parameters};
use super::values;
use crate::Problem;

/// Parameters that have one value.
pub(super) const SCALARS: [&str; 22] = [
    "unit_id",
    "user_id",
    "country",
    "region",
    "language",
    "gender",
    "birth_year",
    "platform",
    "os_version",
    "sdk_version",
    "device_maker",
    "device_model",
    "carrier",
    "network",
    "timezone",
    "lat",
    "lon",
    "limit_ad_tracking",
    "count",
    "explain",
    "now",
    "kv",
];
const INTERESTS_MAX: usize = 64;
const SEGMENTS_MAX: usize = 64;
const PACKAGES_MAX: usize = 200;
const SHOWN_MAX: usize = 100;
const KEY_VALUES_MAX: usize = 20;

/// Whether a request asks for what only the debug token's holder may have.
#[must_use]
pub fn asks_for_debugging(parameters: &Parameters) -> bool {
    parameters.get("explain").is_some() || parameters.get("now").is_some()
}

/// Checks the parameters of a request received at `now`. Unknown ones are ignored.
///
/// # Errors
/// Names every parameter that is not what it must be.
pub fn parse(parameters: &Parameters, now: EpochSeconds) -> Result<(Query, Option<Debugging>), Problem> {
    let mut fields = Fields::new(parameters);
    let query = Query {
        unit_id: fields.required("unit_id", values::identifier),
        user_id: fields.required("user_id", values::user_id),
        country: fields.optional("country", values::country),
        region: fields.optional("region", values::region),
        language: fields.optional("language", values::language),
        gender: fields.optional("gender", values::gender),
        birth_year: fields.optional("birth_year", |text| values::birth_year(text, now)),
        platform: fields.optional("platform", values::platform),
        os_version: fields.optional("os_version", values::version),
        sdk_version: fields.optional("sdk_version", values::version),
        device_maker: fields.optional("device_maker", values::short_text),
        device_model: fields.optional("device_model", values::short_text),
        carrier: fields.optional("carrier", values::short_text),
        network: fields.optional("network", values::network),
        time_zone: fields.optional("timezone", values::time_zone),
        interests: fields.list("interests", INTERESTS_MAX, values::short_text).unwrap_or_default(),
        segments: fields.list("segments", SEGMENTS_MAX, values::short_text).unwrap_or_default(),
        packages: fields.list("packages", PACKAGES_MAX, values::short_text).unwrap_or_default(),
        position: position(&mut fields),
        key_values: key_values(&mut fields, parameters),
        limit_ad_tracking: fields.optional("limit_ad_tracking", values::boolean).unwrap_or(false),
        count: fields.optional("count", values::count),
        shown: fields.list("shown", SHOWN_MAX, values::shown),
    };
    let explain = fields.optional("explain", values::boolean).unwrap_or(false);
    let at = fields.optional("now", values::instant);
    fields.finish()?;
    let debugging = asks_for_debugging(parameters).then_some(Debugging { explain, now: at });
    Ok((without_tracking(query), debugging))
}

fn position(fields: &mut Fields<'_>) -> Option<Position> {
    let latitude = fields.optional("lat", |text| values::microdegrees(text, 90));
    let longitude = fields.optional("lon", |text| values::microdegrees(text, 180));
    for (name, other) in [("lat", "lon"), ("lon", "lat")] {
        if !fields.has(name) && fields.has(other) {
            fields.reject(name, "is required, because lat and lon go together");
        }
    }
    Some(Position { latitude_microdegrees: latitude?, longitude_microdegrees: longitude? })
}

fn key_values(fields: &mut Fields<'_>, parameters: &Parameters) -> BTreeMap<String, String> {
    let names: Vec<_> = parameters.with_prefix(KEY_VALUE_PREFIX).map(|(name, _)| name).collect();
    if names.len() > KEY_VALUES_MAX {
        fields.reject("kv", format!("must have at most {KEY_VALUES_MAX} names"));
        return BTreeMap::new();
    }
    let mut key_values = BTreeMap::new();
    for name in names {
        let parameter = format!("{KEY_VALUE_PREFIX}{name}");
        if values::short_text(name).is_err() {
            fields.reject("kv", "a name must be 1 to 64 characters");
        } else if let Some(value) = fields.optional(&parameter, values::short_text) {
            key_values.insert(name.to_owned(), value);
        }
    }
    key_values
}

/// Under limit-ad-tracking nothing that describes the person takes part in the decision.
fn without_tracking(query: Query) -> Query {
    if query.limit_ad_tracking {
        Query { interests: Vec::new(), segments: Vec::new(), position: None, ..query }
    } else {
        query
    }
}
