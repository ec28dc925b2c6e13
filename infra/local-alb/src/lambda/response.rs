//! The response document of a Lambda target.
//!
//! A document that AWS's balancer refuses is refused here too: else the function would work on this machine and fail in
//! production. Where the behavior of AWS is not known, the document is refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use thiserror::Error;

use super::payload::PAYLOAD_MAX;
use crate::forwarding::hop_by_hop;

/// Why a response document is a 502.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("malformed response: {0}")]
pub struct Malformed(String);

/// A response document that has been read.
#[derive(Debug, Clone)]
pub struct LambdaResponse {
    /// 200 to 599.
    pub status: StatusCode,
    /// The reason phrase from `statusDescription`.
    pub reason: Option<String>,
    /// The headers, without hop-by-hop ones and Content-Length.
    pub headers: HeaderMap,
    /// The body, decoded.
    pub body: Bytes,
    /// Whether the document has headers that the target group's mode does not read.
    pub ignored_headers: bool,
}

/// Reads a response document.
///
/// # Errors
/// A document that AWS's balancer answers with a 502.
pub fn parse(payload: &[u8], multi_value: bool) -> Result<LambdaResponse, Malformed> {
    if payload.len() > PAYLOAD_MAX {
        return Err(Malformed(format!("{} bytes are more than 1 MB", payload.len())));
    }
    let Ok(Value::Object(document)) = serde_json::from_slice(payload) else {
        return Err(Malformed("not a JSON object".to_owned()));
    };
    let status = status(&document)?;
    let single = single_headers(&document, !multi_value)?;
    let multi = multi_headers(&document, multi_value)?;
    let (read, other) = if multi_value { (multi, single) } else { (single, multi) };
    let ignored_headers = read.is_none() && other.is_some_and(|headers| !headers.is_empty());
    let mut headers = read.unwrap_or_default();
    hop_by_hop::remove(&mut headers);
    headers.remove(CONTENT_LENGTH);
    let reason = string(&document, "statusDescription")?.map(|text| reason(text, status));
    Ok(LambdaResponse { status, reason, headers, body: body(&document)?, ignored_headers })
}

fn status(document: &Map<String, Value>) -> Result<StatusCode, Malformed> {
    let number = document.get("statusCode").and_then(Value::as_u64);
    let code = number.and_then(|number| u16::try_from(number).ok()).filter(|code| (200..=599).contains(code));
    code.and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| Malformed("statusCode must be a number from 200 to 599".to_owned()))
}

fn string<'d>(document: &'d Map<String, Value>, key: &str) -> Result<Option<&'d str>, Malformed> {
    match document.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Malformed(format!("{key} must be a string"))),
    }
}

fn body(document: &Map<String, Value>) -> Result<Bytes, Malformed> {
    let encoded = match document.get("isBase64Encoded") {
        None => false,
        Some(Value::Bool(encoded)) => *encoded,
        Some(_) => return Err(Malformed("isBase64Encoded must be a boolean".to_owned())),
    };
    let text = string(document, "body")?.unwrap_or_default();
    if !encoded {
        return Ok(Bytes::copy_from_slice(text.as_bytes()));
    }
    let decoded = STANDARD.decode(text).map_err(|_| Malformed("body is not Base64".to_owned()))?;
    Ok(Bytes::from(decoded))
}

/// The description without its number: `200 OK` is the documented form, and the status line has the number.
fn reason(description: &str, status: StatusCode) -> String {
    let rest = description.strip_prefix(status.as_str()).filter(|rest| rest.starts_with(' '));
    rest.unwrap_or(description).trim().to_owned()
}

fn single_headers(document: &Map<String, Value>, is_read: bool) -> Result<Option<HeaderMap>, Malformed> {
    let Some(map) = object(document, "headers", is_read)? else { return Ok(None) };
    let mut headers = HeaderMap::new();
    for (name, value) in map {
        append(&mut headers, name, value)?;
    }
    Ok(Some(headers))
}

/// Of several values of a header AWS sends the last one first, although its documentation promises no order.
fn multi_headers(document: &Map<String, Value>, is_read: bool) -> Result<Option<HeaderMap>, Malformed> {
    let Some(map) = object(document, "multiValueHeaders", is_read)? else { return Ok(None) };
    let mut headers = HeaderMap::new();
    for (name, values) in map {
        let Value::Array(values) = values else {
            return Err(Malformed(format!("multiValueHeaders: the values of {name} must be a list")));
        };
        for value in values.iter().rev() {
            append(&mut headers, name, value)?;
        }
    }
    Ok(Some(headers))
}

/// A map of headers. In the map that the group's mode does not read AWS accepts null: the response classes of Go and
/// .NET always write both maps.
fn object<'d>(
    document: &'d Map<String, Value>,
    key: &str,
    is_read: bool,
) -> Result<Option<&'d Map<String, Value>>, Malformed> {
    match document.get(key) {
        None => Ok(None),
        Some(Value::Null) if !is_read => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(_) => Err(Malformed(format!("{key} must be an object"))),
    }
}

fn append(headers: &mut HeaderMap, name: &str, value: &Value) -> Result<(), Malformed> {
    let Value::String(text) = value else {
        return Err(Malformed(format!("the value of header {name} must be a string")));
    };
    let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(text).ok());
    let Some((name, value)) = parsed.or_else(|| utf8(name, text)) else {
        return Err(Malformed(format!("header {name} is not a valid header")));
    };
    headers.try_append(name, value).map_err(|_| Malformed("too many headers".to_owned()))?;
    Ok(())
}

fn utf8(name: &str, text: &str) -> Option<(HeaderName, HeaderValue)> {
    HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_bytes(text.as_bytes()).ok())
}
