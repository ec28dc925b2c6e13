//! The way of one call.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, EXPECT, HeaderName, HeaderValue, ORIGIN};
use hyper::{Request, Response, StatusCode};
use serde::de::IgnoredAny;

use super::asynchronous;
use super::call::{Call, Kind};
use super::failure::{Failure, document};
use super::invocables::Invocables;
use crate::body::{self, Body, Refused};
use crate::forwarding::trace_id::{self, TRACE_ID};
use crate::lambda::new_request_id;

/// Lambda's limits of a payload.
const PAYLOAD_MAX: usize = 6 * 1024 * 1024;
const ASYNCHRONOUS_MAX: usize = 1024 * 1024;
/// How long a body may be silent.
const IDLE: Duration = Duration::from_mins(1);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");
const EXECUTED_VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");

/// Answers a request.
pub(super) async fn answer(
    functions: &Invocables,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let request_id = new_request_id();
    let mut response = match invoke(functions, request, &request_id).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    };
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    Ok(response)
}

async fn invoke(
    functions: &Invocables,
    request: Request<Incoming>,
    request_id: &str,
) -> Result<Response<Body>, Failure> {
    let (mut head, body) = request.into_parts();
    if head.headers.contains_key(ORIGIN) {
        return Err(Failure::of_a_web_page());
    }
    let call = Call::read(&head)?;
    let found = functions.find(&call.name).ok_or_else(|| Failure::no_such_function(&call.name))?;
    let limit = if call.kind == Kind::Event { ASYNCHRONOUS_MAX } else { PAYLOAD_MAX };
    let waits = head.headers.get(EXPECT).is_some();
    let payload = payload(body, limit, waits).await?;
    trace_id::renew(&mut head.headers);
    let trace_id = head.headers.get(TRACE_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let function = found.function.clone();
    match call.kind {
        Kind::DryRun => Ok(empty(StatusCode::NO_CONTENT)),
        Kind::Event => {
            let queued = asynchronous::queue(function, request_id.to_owned(), payload, trace_id.to_owned());
            if queued { Ok(empty(StatusCode::ACCEPTED)) } else { Err(Failure::throttled()) }
        }
        Kind::RequestResponse => match function.invoke_as(request_id, payload, trace_id).await {
            Ok(result) => Ok(executed(result, false)),
            Err(error) => match Failure::of(&error) {
                Some(failure) => Err(failure),
                None => Ok(executed(document(&error, request_id), true)),
            },
        },
    }
}

/// The payload: JSON, or nothing, which functions get as `{}`.
async fn payload(body: Incoming, limit: usize, waits: bool) -> Result<Bytes, Failure> {
    let payload = match body::collect(body, limit, IDLE, waits).await {
        Ok(payload) => payload,
        Err(Refused::TooLarge) => return Err(Failure::too_large(limit)),
        Err(Refused::Broken) => return Err(Failure::content("the request's body is incomplete")),
        Err(Refused::Silent) => return Err(Failure::too_slow()),
    };
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match serde_json::from_slice::<IgnoredAny>(&payload) {
        Ok(_) => Ok(payload),
        Err(error) => Err(Failure::content(format!("Could not parse request body into json: {error}"))),
    }
}

fn executed(result: Bytes, failed: bool) -> Response<Body> {
    let mut response = Response::new(body::full(result));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(EXECUTED_VERSION, HeaderValue::from_static("$LATEST"));
    if failed {
        headers.insert(FUNCTION_ERROR, HeaderValue::from_static("Unhandled"));
    }
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(body::empty());
    *response.status_mut() = status;
    response
}
