//! Requests, by the table of parameters that serving reads.

use lockfill_http::dto::definitions::{Parameter, Shape, TABLE};
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_test_contract::requests;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::pools::{one_of, pool, some_of};

/// When requests are read, which limits the year of birth.
const READ_AT: EpochSeconds = EpochSeconds(1_795_338_030);

/// Any request to unit `u-1`.
pub(crate) fn query() -> impl Strategy<Value = Query> {
    let members = TABLE.iter().filter_map(member).collect::<Vec<_>>();
    members.prop_map(|members| {
        let mut body: Map<String, Value> = members.into_iter().flatten().collect();
        if body.contains_key("lat") != body.contains_key("lon") {
            body.remove("lat");
            body.remove("lon");
        }
        requests::query(&body.into(), READ_AT).unwrap()
    })
}

/// A parameter's name and value, or nothing; no strategy where worlds have no values of its form.
fn member(parameter: &'static Parameter) -> Option<BoxedStrategy<Option<(String, Value)>>> {
    let name = parameter.name;
    let values = match parameter.shape() {
        _ if name == "unit_id" => Just("u-1".into()).boxed(),
        Shape::One => one_of(pool(parameter.form())?),
        Shape::List { .. } => some_of(pool(parameter.form())?, 2),
        Shape::KeyValues { .. } => {
            one_of(pool(parameter.form())?).prop_map(|value| json!({ "plan": value })).boxed()
        }
    };
    let member = values.prop_map(move |value| (name.to_owned(), value));
    Some(if parameter.is_required() { member.prop_map(Some).boxed() } else { option::of(member).boxed() })
}
