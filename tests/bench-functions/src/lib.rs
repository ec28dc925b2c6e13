//! What the two functions of benchmarks share. They are served exactly as the deployed functions are, under the Lambda
//! runtime or as plain HTTP, and are never deployed: `empty` answers a short document, `floor` asks Redis about one
//! user and answers a document as long as ten slots. What `ads` costs above `floor` is its request and its decision.

use lambda_http::Body;
use lambda_http::http::{HeaderValue, Response, header};

/// A variable of the environment.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a program of benchmarks reads its environment here alone")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The answer with `document`, a JSON text, and the headers of an allocation.
#[must_use]
pub fn answer(document: &str) -> Response<Body> {
    let mut response = Response::new(Body::Text(document.to_owned()));
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-lockfill-served-by"), "lambda"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
