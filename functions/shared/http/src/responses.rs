//! How answers are put together.

use lambda_http::Body;
use lambda_http::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// Who answered: the same header comes from Django and from a container.
pub(crate) const SERVED_BY: &str = "x-lockfill-served-by";
/// What was missing while answering.
const DEGRADED: &str = "x-lockfill-degraded";

/// What was missing while answering.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Degraded {
    pub redis: bool,
    pub catalog: bool,
}

impl Degraded {
    const fn name(self) -> Option<&'static str> {
        match (self.redis, self.catalog) {
            (false, false) => None,
            (true, false) => Some("redis"),
            (false, true) => Some("catalog"),
            (true, true) => Some("redis, catalog"),
        }
    }

    /// Says in the answer what was missing, if anything was.
    pub(crate) fn mark(self, mut response: Response<Body>) -> Response<Body> {
        if let Some(name) = self.name() {
            response.headers_mut().insert(DEGRADED, HeaderValue::from_static(name));
        }
        response
    }
}

/// An answer with a body. Never cached: every answer is one user's, of one minute.
pub(crate) fn with_body(status: StatusCode, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(SERVED_BY, HeaderValue::from_static("lambda"));
    response
}

/// A JSON answer.
pub(crate) fn json(
    status: StatusCode,
    content_type: &'static str,
    document: &impl Serialize,
) -> Response<Body> {
    // Our documents are structs of strings and numbers: there is nothing in them that JSON could refuse.
    let text = serde_json::to_string(document).unwrap_or_default();
    with_body(status, content_type, Body::Text(text))
}

/// A header value from text that is visible ASCII where it was made.
pub(crate) fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
