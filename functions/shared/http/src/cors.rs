//! Which pages of other origins may ask, and read an answer: the part of the Fetch standard that browsers leave to
//! servers (<https://fetch.spec.whatwg.org/#http-cors-protocol>).
//!
//! A preflight names no unit, so it allows an origin that any published unit lists. What a page may read is decided
//! by the answer, which allows the origins of its own unit alone. Answers never allow credentials: no cookie and no
//! password is part of a request.

use lambda_http::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use lambda_http::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use lambda_http::{Body, Request};
use lockfill_services::{CatalogUnavailable, FromCatalog};

use crate::problem::Problem;
use crate::responses::{self, Degraded};
use crate::routes;

/// What a page may read besides the document.
const EXPOSED: &str = "x-lockfill-degraded, x-lockfill-gates, x-lockfill-ignored, x-lockfill-served-by";
/// How long a browser keeps an allowed preflight, in seconds. An origin that is listed no more is asked about again.
const MAX_AGE: &str = "600";
/// Not kept: the next request may find a catalog.
const NO_AGE: &str = "0";

/// The origin of the page that asks, as its browser sends it. Several values make a text that no unit lists.
pub(crate) fn origin(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(ORIGIN).iter().map(|value| value.to_str().unwrap_or_default());
    let first = values.next()?.to_owned();
    Some(values.fold(first, |joined, value| format!("{joined},{value}")))
}

/// The origin that a preflight is about; `None` if the request is no preflight.
pub(crate) fn preflight_origin(request: &Request) -> Option<String> {
    let is_preflight =
        *request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight { origin(request.headers()) } else { None }
}

/// The answer to a preflight.
///
/// Without a catalog the browser may ask what it wants to ask, once: a failed preflight would tell a page nothing, and
/// the request itself may find a catalog. Its answer still decides what the page may read.
pub(crate) fn answer_preflight(
    origin: &str,
    is_allowed: Result<FromCatalog<bool>, CatalogUnavailable>,
) -> Response<Body> {
    let degraded = Degraded::of_catalog(&is_allowed);
    let response = match is_allowed.map(|is_allowed| is_allowed.value) {
        Ok(true) => allow_preflight(origin, MAX_AGE),
        Ok(false) => Problem::origin_not_allowed().into_response(),
        Err(CatalogUnavailable) => allow_preflight(origin, NO_AGE),
    };
    degraded.mark(response)
}

fn allow_preflight(origin: &str, max_age: &'static str) -> Response<Body> {
    let mut response = responses::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, responses::value(origin));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(routes::METHODS));
    // A JSON body needs its type. The debug token is not for pages, so `authorization` is not allowed.
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(max_age));
    headers.insert(VARY, HeaderValue::from_static("origin, access-control-request-method"));
    response
}

/// Lets a page of a listed origin read the answer for a unit, and tells caches that the answer depends on it.
pub(crate) fn mark(listed: &[String], headers: &HeaderMap, mut response: Response<Body>) -> Response<Body> {
    if listed.is_empty() {
        return response;
    }
    let marked = response.headers_mut();
    marked.insert(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin(headers).filter(|origin| listed.contains(origin)) {
        marked.insert(ACCESS_CONTROL_ALLOW_ORIGIN, responses::value(&origin));
        marked.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
    response
}
