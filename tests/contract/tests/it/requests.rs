//! The schema of a request and the strict parser of one agree on what is refused, and on all that is wrong with it.
//! The parser that devices meet makes the best of the rest.

use std::collections::BTreeSet;

use lockfill_http::dto::definitions::TABLE;
use lockfill_models::time::EpochSeconds;
use lockfill_test_contract::files::read_fixture;
use lockfill_test_contract::requests::{document, parsed, query};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::Schema;

#[derive(Deserialize)]
struct RequestVector {
    describes: String,
    body: Value,
    /// The parameters that are named as wrong; none if the request is good.
    refused: BTreeSet<String>,
}

#[derive(Deserialize)]
struct LenientVector {
    describes: String,
    body: Value,
    /// The strict body that means the same.
    means: Value,
    ignored: Vec<String>,
}

fn read_at() -> EpochSeconds {
    "2026-11-22T09:00:30Z".parse().unwrap()
}

fn with(body: &Value, members: &Value) -> Value {
    let members = [body, members].into_iter().flat_map(|members| members.as_object().unwrap().clone());
    members.collect()
}

#[test]
fn the_schema_and_the_parser_refuse_the_same_requests() {
    let (request, problem) = (Schema::of("allocation-request"), Schema::of("problem"));
    let vectors = read_fixture("vectors/requests.json")["requests"].take();
    for vector in serde_json::from_value::<Vec<RequestVector>>(vectors).unwrap() {
        let RequestVector { describes, mut body, refused } = vector;
        body["strict"] = true.into();
        assert_eq!(request.admits(&body), refused.is_empty(), "the schema, {describes}");
        let found = match query(&body, read_at()) {
            Ok(_) => BTreeSet::new(),
            Err(found) => {
                let found = document(found).unwrap();
                problem.check(&describes, &found);
                let errors = found["errors"].as_array().unwrap();
                errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
            }
        };
        assert_eq!(found, refused, "the parser, {describes}");
    }
}

#[test]
fn what_devices_send_is_normalized_or_ignored_by_name() {
    let schema = Schema::of("allocation-request");
    let vectors = read_fixture("vectors/lenient.json")["requests"].take();
    for vector in serde_json::from_value::<Vec<LenientVector>>(vectors).unwrap() {
        let LenientVector { describes, body, means, ignored } = vector;
        let ids = json!({ "unit_id": "1001", "user_id": "u1" });
        let means = with(&with(&means, &ids), &json!({ "strict": true }));
        schema.check(&describes, &means);
        let (found, wanted) =
            (parsed(&with(&ids, &body), read_at()).unwrap(), query(&means, read_at()).unwrap());
        assert_eq!(format!("{:?}", found.query), format!("{wanted:?}"), "{describes}");
        assert_eq!(found.ignored, ignored, "{describes}");
    }
}

/// A request that is refused anyway says everything that a developer should know.
#[test]
fn a_request_without_its_user_names_the_optional_mistakes_too() {
    for asked in
        [json!({ "unit_id": "1001" }), json!({ "unit_id": "1001", "user_id": "u1", "strict": "yes" })]
    {
        let body = with(&asked, &json!({ "language": "ko-KR", "interests": "a", "kv": { "a": {} } }));
        let found = document(query(&body, read_at()).unwrap_err()).unwrap();
        let fields: Vec<_> =
            found["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
        let last = if asked["strict"].is_null() { vec![] } else { vec!["strict"] };
        let first = if asked["user_id"].is_null() { vec!["user_id"] } else { vec![] };
        let wanted = [first, vec!["language", "interests", "kv"], last].concat();
        assert_eq!(json!(fields), json!(wanted), "{found}");
    }
}

#[test]
fn device_interests_segments_and_position_are_what_a_request_with_limited_tracking_goes_without() {
    // A position is read with its longitude, the second of its two parameters.
    let personal: Vec<_> = TABLE.iter().filter(|row| row.is_personal()).map(|row| row.name).collect();
    assert_eq!(personal, ["device_id", "interests", "segments", "lon"]);
}
