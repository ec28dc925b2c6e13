//! A query string, in an invocation payload as the balancer builds it.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::{check, check_problem};
use lockfill_http::invocation;
use serde_json::json;

fuzz_target!(|query: &str| {
    let mut parameters = BTreeMap::<_, Vec<_>>::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.entry(name).or_default().push(value);
    }
    let payload = json!({
        "requestContext": { "elb": {} },
        "httpMethod": "GET",
        "path": "/api/v1/allocation/ads",
        "multiValueQueryStringParameters": parameters,
        "multiValueHeaders": {},
    });
    match invocation::request(&payload.to_string()) {
        Ok(request) => check(&request),
        Err(problem) => check_problem(problem),
    }
});
