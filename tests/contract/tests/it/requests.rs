//! The schema of a request and the parser of one agree on what is refused, and on all that is wrong with it.

use std::collections::BTreeSet;

use lockfill_test_contract::files::read_fixture;
use lockfill_test_contract::requests::{document, query};
use serde::Deserialize;
use serde_json::Value;

use crate::support::Schema;

#[derive(Deserialize)]
struct RequestVector {
    describes: String,
    body: Value,
    /// The parameters that are named as wrong; none if the request is good.
    refused: BTreeSet<String>,
}

#[test]
fn the_schema_and_the_parser_refuse_the_same_requests() {
    let (request, problem) = (Schema::of("allocation-request"), Schema::of("problem"));
    let vectors = read_fixture("vectors/requests.json")["requests"].take();
    for vector in serde_json::from_value::<Vec<RequestVector>>(vectors).unwrap() {
        let RequestVector { describes, body, refused } = vector;
        assert_eq!(request.admits(&body), refused.is_empty(), "the schema, {describes}");
        let found = match query(&body, "2026-11-22T09:00:30Z".parse().unwrap()) {
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
