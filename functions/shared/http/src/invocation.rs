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
    let member = Member::of(&body, parts.extensions.get::<IsQuoted>().is_some());
    let mut json = Vec::with_capacity(HEAD_BYTES + member.bytes_about());
    let head = Head { parts: &parts, is_base64_encoded: member.is_base64_encoded() };
    // Neither writing to memory nor maps of texts fail.
    let _ = serde_json::to_writer(&mut json, &head);
    // The body comes behind the last member, before the closing brace.
    json.pop();
    json.extend_from_slice(br#","body":"#);
    member.write(&mut json);
    json.push(b'}');
    // Both parts are UTF-8 and JSON, so it is never the default, `null`.
    String::from_utf8(json).ok().and_then(|json| RawValue::from_string(json).ok()).unwrap_or_default()
}

/// About the bytes of an answer document without its body.
const HEAD_BYTES: usize = 1_024;

/// The member `body` of an answer document, by what is to be done to the body.
enum Member<'a> {
    /// The inside of a JSON string ([`IsQuoted`]).
    Quoted(&'a [u8]),
    /// A text, which is escaped here.
    Text(&'a str),
    /// Nothing, which is `null`, or bytes that are no text, which are base64.
    Other(&'a Body),
}

impl<'a> Member<'a> {
    fn of(body: &'a Body, is_quoted: bool) -> Self {
        match body {
            Body::Binary(inside) if is_quoted => Self::Quoted(inside),
            Body::Text(text) => Self::Text(text),
            // Over plain HTTP nothing needs this check, so controllers do not make it.
            Body::Binary(bytes) => std::str::from_utf8(bytes).map_or(Self::Other(body), Self::Text),
            other => Self::Other(other),
        }
    }

    fn is_base64_encoded(&self) -> bool {
        matches!(self, Self::Other(Body::Binary(_)))
    }

    /// Bytes to reserve: most texts of JSON have fewer escapes than other characters.
    fn bytes_about(&self) -> usize {
        match self {
            Self::Quoted(inside) => inside.len(),
            Self::Text(text) => 2 * text.len(),
            Self::Other(body) => 2 * body.as_ref().len(),
        }
    }

    fn write(&self, json: &mut Vec<u8>) {
        match self {
            Self::Quoted(inside) => {
                json.push(b'"');
                json.extend_from_slice(inside);
                json.push(b'"');
            }
            Self::Text(text) => json_string::append(json, text),
            Self::Other(body) => {
                let _ = serde_json::to_writer(json, body);
            }
        }
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
