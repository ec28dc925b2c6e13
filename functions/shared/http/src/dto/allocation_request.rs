//! The parameters of an allocation request, checked.

use std::collections::BTreeMap;

use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::Position;
use lockfill_services::Debugging;

use super::definitions::{self, KEY_VALUES, KEY_VALUES_MAX};
use super::fields::Fields;
use super::kinds;
use super::parameters::{KEY_VALUE_PREFIX, Parameters};
use super::values;
use crate::Problem;

/// Whether a request asks for what only the debug token's holder may have.
#[must_use]
pub fn asks_for_debugging(parameters: &Parameters) -> bool {
    parameters.get(definitions::EXPLAIN.name).is_some() || parameters.get(definitions::NOW.name).is_some()
}

/// Checks the parameters of a request received at `now`. Unknown ones are ignored.
///
/// # Errors
/// Names every parameter that is not what it must be.
pub fn parse(parameters: &Parameters, now: EpochSeconds) -> Result<(Query, Option<Debugging>), Problem> {
    let mut fields = Fields::new(parameters, now);
    let query = Query {
        unit_id: fields.required(&definitions::UNIT_ID),
        user_id: fields.required(&definitions::USER_ID),
        country: fields.optional(&definitions::COUNTRY),
        region: fields.optional(&definitions::REGION),
        language: fields.optional(&definitions::LANGUAGE),
        gender: fields.optional(&definitions::GENDER),
        birth_year: fields.optional(&definitions::BIRTH_YEAR),
        platform: fields.optional(&definitions::PLATFORM),
        os_version: fields.optional(&definitions::OS_VERSION),
        sdk_version: fields.optional(&definitions::SDK_VERSION),
        device_maker: fields.optional(&definitions::DEVICE_MAKER),
        device_model: fields.optional(&definitions::DEVICE_MODEL),
        carrier: fields.optional(&definitions::CARRIER),
        network: fields.optional(&definitions::NETWORK),
        time_zone: fields.optional(&definitions::TIME_ZONE),
        interests: fields.list(&definitions::INTERESTS).unwrap_or_default(),
        segments: fields.list(&definitions::SEGMENTS).unwrap_or_default(),
        packages: fields.list(&definitions::PACKAGES).unwrap_or_default(),
        position: position(&mut fields),
        key_values: key_values(&mut fields, parameters),
        limit_ad_tracking: fields.optional(&definitions::LIMIT_AD_TRACKING).unwrap_or(false),
        count: fields.optional(&definitions::COUNT),
        shown: fields.list(&definitions::SHOWN),
    };
    let explain = fields.optional(&definitions::EXPLAIN).unwrap_or(false);
    let at = fields.optional(&definitions::NOW);
    fields.finish()?;
    let debugging = asks_for_debugging(parameters).then_some(Debugging { explain, now: at });
    Ok((without_tracking(query), debugging))
}

fn position(fields: &mut Fields<'_>) -> Option<Position> {
    let latitude = fields.optional(&definitions::LATITUDE);
    let longitude = fields.optional(&definitions::LONGITUDE);
    let (lat, lon) = (definitions::LATITUDE.name, definitions::LONGITUDE.name);
    for (name, other) in [(lat, lon), (lon, lat)] {
        if !fields.has(name) && fields.has(other) {
            fields.reject(name, "is required, because lat and lon go together");
        }
    }
    Some(Position { latitude_microdegrees: latitude?, longitude_microdegrees: longitude? })
}

fn key_values(fields: &mut Fields<'_>, parameters: &Parameters) -> BTreeMap<String, String> {
    let names: Vec<_> = parameters.with_prefix(KEY_VALUE_PREFIX).map(|(name, _)| name).collect();
    if names.len() > KEY_VALUES_MAX {
        fields.reject(KEY_VALUES, format!("must have at most {KEY_VALUES_MAX} names"));
        return BTreeMap::new();
    }
    let mut key_values = BTreeMap::new();
    for name in names {
        let parameter = format!("{KEY_VALUE_PREFIX}{name}");
        if values::short_text(name).is_err() {
            fields.reject(KEY_VALUES, "a name must be 1 to 64 characters");
        } else if let Some(value) = fields.value(&parameter, &kinds::SHORT_TEXT) {
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
