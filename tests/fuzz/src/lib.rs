//! What the fuzz targets share: the way from a request to its checked parameters, and what must hold at its end.

pub mod events;

use lambda_http::{Body, Request};
use lockfill_http::Problem;
use lockfill_http::dto::allocation_request::{Parsed, asks_for_debugging, parse};
use lockfill_http::dto::parameters::Parameters;
use lockfill_models::time::EpochSeconds;

/// 2026-11-22T09:00:30Z.
pub const NOW: EpochSeconds = EpochSeconds(1_795_338_030);

/// Reads a request's parameters; what is accepted must be within its limits, what is refused must say why.
pub fn check(request: &Request) {
    let parameters = match Parameters::read(request) {
        Ok(parameters) => parameters,
        Err(problem) => return check_problem(problem),
    };
    let debugs = asks_for_debugging(&parameters);
    match parse(&parameters, NOW) {
        Err(problem) => check_problem(problem),
        Ok(Parsed { query, debugging, ignored }) => {
            assert_eq!(debugging.is_some(), debugs);
            assert!(!debugs || ignored.is_empty());
            assert!((1..=64).contains(&query.unit_id.len()));
            assert!((1..=128).contains(&query.user_id.chars().count()));
            assert!(query.count.is_none_or(|count| (1..=50).contains(&count.get())));
            assert!(query.interests.len() <= 64 && query.segments.len() <= 64);
            assert!(query.packages.len() <= 200 && query.key_values.len() <= 20);
            assert!(query.shown.is_none_or(|shown| shown.len() <= 100));
            assert!(!query.limit_ad_tracking || query.position.is_none());
        }
    }
}

/// A problem is a small JSON document of a client's mistake.
pub fn check_problem(problem: Problem) {
    let response = problem.into_response();
    assert!(response.status().is_client_error());
    let Body::Text(text) = response.body() else { panic!("a problem is text") };
    assert!(text.len() < 8_192, "{}", text.len());
    let document: serde_json::Value = serde_json::from_str(text).expect("a problem is JSON");
    assert_eq!(document["status"], response.status().as_u16());
}
