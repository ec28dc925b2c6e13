//! `GET /healthz`: whether the function runs.
//!
//! The answer does not depend on a store. A function answers without its stores, too, and a store that fails
//! would otherwise make the balancer take every environment out of service.

use lambda_http::http::{Response, StatusCode};
use lambda_http::{Body, Request};

use crate::{asked, responses, routes};

/// The answer to a health check; `None` if the request is no health check.
pub(super) fn answer(request: &Request) -> Option<Response<Body>> {
    let is_check = routes::is_health_check(asked::path(request), request.method());
    is_check.then(|| responses::with_body(StatusCode::OK, "text/plain", Body::Text("ok\n".to_owned())))
}
