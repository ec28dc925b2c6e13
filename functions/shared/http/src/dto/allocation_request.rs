//! The parameters of an allocation request, checked.

use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_services::Debugging;

use super::definitions::{EXPLAIN, NOW, TABLE};
use super::draft::Draft;
use super::fields::Fields;
use super::parameters::Parameters;
use crate::Problem;

/// Whether a request asks for what the holder of the debug token alone may have.
#[must_use]
pub fn asks_for_debugging(parameters: &Parameters) -> bool {
    parameters.get(EXPLAIN).is_some() || parameters.get(NOW).is_some()
}

/// Checks the parameters of a request received at `now`. Unknown ones are ignored.
///
/// # Errors
/// Names every parameter that is not what it must be.
pub fn parse(parameters: &Parameters, now: EpochSeconds) -> Result<(Query, Option<Debugging>), Problem> {
    let mut fields = Fields::new(parameters, now);
    let mut draft = Draft::default();
    for parameter in TABLE {
        parameter.read(&mut fields, &mut draft);
    }
    fields.finish()?;
    let Draft { query, explain, now, .. } = draft;
    let debugging = asks_for_debugging(parameters).then_some(Debugging { explain, now });
    Ok((without_tracking(query), debugging))
}

/// Under limit-ad-tracking nothing that describes the person takes part in the decision.
fn without_tracking(query: Query) -> Query {
    if query.limit_ad_tracking {
        Query { interests: Vec::new(), segments: Vec::new(), position: None, ..query }
    } else {
        query
    }
}
