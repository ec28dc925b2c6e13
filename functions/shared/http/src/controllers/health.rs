//! `GET /healthz`: whether the function runs at all.
//!
//! No store is asked: what a store's failure leads to is said in each answer, and a balancer that took every
//! environment for ill because of one would help nobody.

use lambda_http::http::{Response, StatusCode};
use lambda_http::{Body, Request, RequestExt};

use crate::{responses, routes};

/// The answer to a health check; `None` if the request is none.
pub(super) fn answer(request: &Request) -> Option<Response<Body>> {
    let is_check = routes::is_health_check(request.raw_http_path(), request.method());
    is_check.then(|| responses::with_body(StatusCode::OK, "text/plain", Body::Text("ok\n".to_owned())))
}
