//! Converts between a Lambda invocation of the load balancer and `http` types: the JSON payload to a request, and
//! an answer to the JSON that the balancer reads.
//!
//! A client must not be able to fail an invocation, so a payload that holds no request is a 400.

use lambda_http::http::header::GetAll;
use lambda_http::http::response::Parts;
use lambda_http::http::{HeaderMap, HeaderValue, Response};
use lambda_http::{Body, Request};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::value::RawValue;

use crate::alb::AlbPayload;
use crate::asked::Asked;
use crate::json_string;
use crate::problem::Problem;
use crate::responses::IsQuoted;

/// The request in an invocation payload, with single-value or multi-value headers.
///
/// # Errors
/// If the payload holds no request.
pub fn request(payload: &str) -> Result<Request, Problem> {
    let payload = serde_json::from_str::<AlbPayload<'_>>(payload).ok();
    payload.and_then(AlbPayload::into_request).ok_or_else(Problem::unreadable_request)
}

/// The request with a path as an invocation payload may have it: also one that no address can have.
#[must_use]
pub fn with_path(mut request: Request, path: &str) -> Request {
    request.extensions_mut().insert(Asked { path: path.to_owned(), query: String::new() });
    request
}

/// The JSON document of an answer. It has both header maps, because the target group's setting decides which map
/// the balancer reads; both are written from the one map that the answer has.
#[must_use]
pub fn response(answer: Response<Body>) -> Box<RawValue> {
    let (parts, body) = answer.into_parts();
    let is_quoted = parts.extensions.get::<IsQuoted>().is_some();
    let body = if is_quoted { body } else { texted(body) };
    let is_base64_encoded = !is_quoted && matches!(body, Body::Binary(_));
    let most_escapes = if is_quoted { 0 } else { body.as_ref().len() };
    let mut json = Vec::with_capacity(HEAD_BYTES + body.as_ref().len() + most_escapes);
    // Neither writing to memory nor maps of texts fail.
    let _ = serde_json::to_writer(&mut json, &Head { parts: &parts, is_base64_encoded });
    // The body comes behind the last member, before the closing brace.
    json.pop();
    json.extend_from_slice(br#","body":"#);
    match &body {
        Body::Text(text) => json_string::append(&mut json, text),
        Body::Binary(quoted) if is_quoted => {
            json.push(b'"');
            json.extend_from_slice(quoted);
            json.push(b'"');
        }
        other => {
            let _ = serde_json::to_writer(&mut json, other);
        }
    }
    json.push(b'}');
    // Both parts are UTF-8 and JSON, so it is never the default, `null`.
    String::from_utf8(json).ok().and_then(|json| RawValue::from_string(json).ok()).unwrap_or_default()
}

/// About the bytes of an answer document without its body.
const HEAD_BYTES: usize = 1_024;

/// Bytes of UTF-8 as the text that JSON can hold. Over plain HTTP nothing needs that check.
fn texted(body: Body) -> Body {
    match body {
        Body::Binary(bytes) => {
            String::from_utf8(bytes).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text)
        }
        other => other,
    }
}

/// The document of an answer but for the body.
struct Head<'a> {
    parts: &'a Parts,
    is_base64_encoded: bool,
}

impl Serialize for Head<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Parts { status, headers, .. } = self.parts;
        let mut document = serializer.serialize_struct("Head", 5)?;
        document.serialize_field("statusCode", &status.as_u16())?;
        document.serialize_field("statusDescription", &format_args!("{status}"))?;
        document.serialize_field("headers", &SingleValues(headers))?;
        document.serialize_field("multiValueHeaders", &MultipleValues(headers))?;
        document.serialize_field("isBase64Encoded", &self.is_base64_encoded)?;
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
