//! The parameters of an allocation request, checked.

use lambda_http::Body;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::Vocabulary;
use lockfill_services::Debugging;
use serde_json::Value;

use super::definitions::{EXPLAIN, NOW, STRICT, TABLE, UNIT_ID};
use super::draft::Draft;
use super::fields::Fields;
use super::json_body;
use super::parameters::Parameters;
use crate::Problem;

/// A request whose parameters have been read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// What is asked.
    pub query: Query,
    /// What the holder of the debug token asks besides.
    pub debugging: Option<Debugging>,
    /// The parameters of which something that was sent takes no part in the decision, in the order of the table.
    pub ignored: Vec<&'static str>,
}

/// Whether a request asks for what the holder of the debug token alone may have.
#[must_use]
pub fn asks_for_debugging(parameters: &Parameters<'_>) -> bool {
    parameters.has(EXPLAIN) || parameters.has(NOW)
}

/// The unit that a request names, also where other parameters are refused.
#[must_use]
pub fn unit_id<'p>(parameters: &'p Parameters<'_>) -> Option<&'p str> {
    match parameters.get(UNIT_ID) {
        Some([id]) if parameters.mistyped(UNIT_ID).is_none() => Some(id),
        _ => None,
    }
}

/// Checks the parameters of a request received at `now`. Unknown ones are ignored, and so are optional ones that
/// cannot be read, unless the request is strict.
///
/// # Errors
/// Names every parameter that is not what it must be.
pub fn parse(parameters: &Parameters<'_>, now: EpochSeconds) -> Result<Parsed, Problem> {
    // What is refused anyway is refused with all that is wrong with it.
    read(parameters, now, is_strict(parameters))
        .map_err(|problem| read(parameters, now, true).err().unwrap_or(problem))
}

/// Checks the parameters of a request received at `now`, which are members of a JSON object, as strictly as those of a
/// developer: its reasons are asked for unless it asks for others.
///
/// # Errors
/// Names every parameter that is not what it must be.
pub fn parse_explained(members: &Value, now: EpochSeconds) -> Result<Parsed, Problem> {
    let body = Body::Text(members.to_string());
    let mut parameters = Parameters::default();
    json_body::read(&body, &mut parameters)?;
    if !parameters.has(EXPLAIN) {
        parameters.extend(EXPLAIN, ["1".into()]);
    }
    parse(&parameters, now)
}

/// Whether every mistake is refused: a developer is at work, not a device that cannot be changed.
fn is_strict(parameters: &Parameters<'_>) -> bool {
    let is_off = || matches!(parameters.get(STRICT), Some([text]) if bool::read(text) == Ok(false));
    asks_for_debugging(parameters) || (parameters.has(STRICT) && !is_off())
}

fn read(parameters: &Parameters<'_>, now: EpochSeconds, is_strict: bool) -> Result<Parsed, Problem> {
    let mut fields = Fields::new(parameters, now, is_strict);
    let mut draft = Draft::default();
    for parameter in TABLE {
        parameter.read(&mut fields, &mut draft);
    }
    let ignored = fields.finish()?;
    let Draft { query, explain, now, .. } = draft;
    Ok(Parsed {
        query: without_tracking(query),
        debugging: asks_for_debugging(parameters).then_some(Debugging { explain, now }),
        ignored: TABLE.iter().map(|parameter| parameter.name).filter(|name| ignored.contains(name)).collect(),
    })
}

/// Under limit-ad-tracking nothing that describes the person takes part in the decision.
fn without_tracking(mut query: Query) -> Query {
    if query.limit_ad_tracking {
        for parameter in TABLE {
            parameter.forget(&mut query);
        }
    }
    query
}
