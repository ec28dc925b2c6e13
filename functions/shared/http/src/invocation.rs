//! Converts between a Lambda invocation of the load balancer and `http` types: the JSON payload to a request, and
//! an answer to the JSON that the balancer reads.
//!
//! `lambda_http` does the conversion, and panics on payloads that hold no request: a path that is no path, a
//! query that is too long for a URI after encoding, a body that is not the Base64 it claims to be. A client must
//! not be able to fail an invocation, so each of these becomes a 400 here.

use std::panic;

use lambda_http::http::header::GetAll;
use lambda_http::http::response::Parts;
use lambda_http::http::{HeaderMap, HeaderValue, Response};
use lambda_http::{Body, Request};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::problem::Problem;

/// The request in an invocation payload, with single-value or multi-value headers.
///
/// # Errors
/// If the payload holds no request.
pub fn request(payload: &str) -> Result<Request, Problem> {
    // A panic leaves nothing half done: the conversion reads the text and returns a request.
    let converted = panic::catch_unwind(|| lambda_http::request::from_str(payload));
    converted.ok().and_then(Result::ok).ok_or_else(Problem::unreadable_request)
}

/// The JSON document of an answer. It has both header maps, because the target group's setting decides which map
/// the balancer reads; both are written from the one map that the answer has.
#[derive(Debug)]
pub struct AnswerDocument {
    head: Parts,
    body: Body,
}

/// The document of an answer.
#[must_use]
pub fn response(answer: Response<Body>) -> AnswerDocument {
    let (head, body) = answer.into_parts();
    AnswerDocument { head, body: texted(body) }
}

/// Bytes of UTF-8 as the text that JSON can hold. Over plain HTTP nothing needs that check.
fn texted(body: Body) -> Body {
    match body {
        Body::Binary(bytes) => {
            String::from_utf8(bytes).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text)
        }
        other => other,
    }
}

impl Serialize for AnswerDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { head, body } = self;
        let mut document = serializer.serialize_struct("AnswerDocument", 6)?;
        document.serialize_field("statusCode", &head.status.as_u16())?;
        document.serialize_field("statusDescription", &format_args!("{}", head.status))?;
        document.serialize_field("headers", &SingleValues(&head.headers))?;
        document.serialize_field("multiValueHeaders", &MultipleValues(&head.headers))?;
        document.serialize_field("body", body)?;
        document.serialize_field("isBase64Encoded", &matches!(body, Body::Binary(_)))?;
        document.end()
    }
}

/// The first value of each header.
struct SingleValues<'a>(&'a HeaderMap);

impl Serialize for SingleValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let first = |name| self.0.get(name).map(text);
        serializer.collect_map(self.0.keys().map(|name| (name.as_str(), first(name))))
    }
}

/// All values of each header.
struct MultipleValues<'a>(&'a HeaderMap);

impl Serialize for MultipleValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = |name| Values(self.0.get_all(name));
        serializer.collect_map(self.0.keys().map(|name| (name.as_str(), all(name))))
    }
}

struct Values<'a>(GetAll<'a, HeaderValue>);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(text))
    }
}

/// A value of our own header, which is visible ASCII (`responses::value`).
fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}
