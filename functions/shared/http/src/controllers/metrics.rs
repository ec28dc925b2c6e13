//! `GET /metrics`: the metrics of the process as Prometheus reads them, at an address of its own.

use jiff::Timestamp;
use lambda_http::http::{Method, Response, StatusCode};
use lambda_http::{Body, Request};
use lockfill_metrics::METRICS;

use crate::problem::Problem;
use crate::{asked, responses};

const PATH: &str = "/metrics";

/// Answers a request of Prometheus at an instant.
#[must_use]
pub fn metrics(request: &Request, now: Timestamp) -> Response<Body> {
    if asked::path(request) != PATH {
        return Problem::no_such_path().into_response();
    }
    if *request.method() != Method::GET {
        return Problem::method_not_allowed("GET").into_response();
    }
    let text = METRICS.prometheus(now.as_second());
    responses::with_body(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", Body::Text(text))
}
