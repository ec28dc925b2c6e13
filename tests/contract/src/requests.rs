//! Requests as an app posts them, through the parser that serving has.

use lambda_http::http::{Method, Request};
use lambda_http::{Body, Error};
use lockfill_http::Problem;
use lockfill_http::dto::allocation_request::{Parsed, parse};
use lockfill_http::dto::parameters::Parameters;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use serde_json::Value;

/// The query of a POST body.
///
/// # Errors
/// The problem that serving answers with.
pub fn query(body: &Value, now: EpochSeconds) -> Result<Query, Problem> {
    parsed(body, now).map(|parsed| parsed.query)
}

/// What a POST body asks.
///
/// # Errors
/// The problem that serving answers with.
pub fn parsed(body: &Value, now: EpochSeconds) -> Result<Parsed, Problem> {
    let body = Body::Text(body.to_string());
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    parse(&Parameters::read(&request)?, now)
}

/// The document that a problem is answered with.
///
/// # Errors
/// If its body is no JSON.
pub fn document(problem: Problem) -> Result<Value, Error> {
    match problem.into_response().into_body() {
        Body::Text(text) => Ok(serde_json::from_str(&text)?),
        Body::Binary(bytes) => Ok(serde_json::from_slice(&bytes)?),
        _ => Ok(Value::Null),
    }
}
