//! The invocation payload that a Lambda target gets for a request: in the words of AWS, its event.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use serde::Serialize;

/// Request bodies and response documents beyond this many bytes are refused (1 MB).
pub const PAYLOAD_MAX: usize = 1024 * 1024;

/// What an invocation payload is made of.
#[derive(Debug)]
pub struct PayloadSource<'a> {
    /// The ARN of the target group.
    pub group_arn: &'a str,
    /// The method.
    pub method: &'a str,
    /// The raw path.
    pub path: &'a str,
    /// The raw query, without its question mark.
    pub query: &'a str,
    /// The headers, with those that the balancer adds.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a Bytes,
    /// Whether the group has multi-value headers enabled.
    pub multi_value: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    request_context: RequestContext<'a>,
    http_method: &'a str,
    path: &'a str,
    #[serde(flatten)]
    maps: Maps,
    body: String,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
struct RequestContext<'a> {
    elb: Elb<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Elb<'a> {
    target_group_arn: &'a str,
}

type Multi = BTreeMap<String, Vec<String>>;
type Single = BTreeMap<String, String>;

#[derive(Serialize)]
#[serde(untagged)]
enum Maps {
    #[serde(rename_all = "camelCase")]
    Multi { multi_value_query_string_parameters: Multi, multi_value_headers: Multi },
    #[serde(rename_all = "camelCase")]
    Single { query_string_parameters: Single, headers: Single },
}

/// The invocation payload as JSON.
///
/// # Errors
/// The serializer's, although these types do not make it fail.
pub fn encode(source: &PayloadSource<'_>) -> Result<Bytes, serde_json::Error> {
    let headers = source.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    let query = parameters(source.query);
    let maps = if source.multi_value {
        Maps::Multi { multi_value_query_string_parameters: multi(query), multi_value_headers: multi(headers) }
    } else {
        Maps::Single { query_string_parameters: query.collect(), headers: headers.collect() }
    };
    let (body, is_base64_encoded) = body(source.headers, source.body);
    let payload = Payload {
        request_context: RequestContext { elb: Elb { target_group_arn: source.group_arn } },
        http_method: source.method,
        path: source.path,
        maps,
        body,
        is_base64_encoded,
    };
    serde_json::to_vec(&payload).map(Bytes::from)
}

fn multi(pairs: impl Iterator<Item = (String, String)>) -> Multi {
    let mut map = Multi::new();
    for (key, value) in pairs {
        map.entry(key).or_default().push(value);
    }
    map
}

/// The pairs of a query, undecoded. A parameter without `=` has an empty value.
fn parameters(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (key.to_owned(), value.to_owned())
    })
}

/// A header value as JSON can hold it: UTF-8, and what is not UTF-8 byte by byte as Latin-1.
fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The body, and whether it is Base64. An empty body never is, as in the example events of AWS.
fn body(headers: &HeaderMap, body: &Bytes) -> (String, bool) {
    if body.is_empty() {
        return (String::new(), false);
    }
    if headers.get(CONTENT_ENCODING).is_none()
        && headers.get(CONTENT_TYPE).is_some_and(is_text)
        && let Ok(text) = std::str::from_utf8(body)
    {
        return (text.to_owned(), false);
    }
    (STANDARD.encode(body), true)
}

fn is_text(content_type: &HeaderValue) -> bool {
    let value = content_type.to_str().unwrap_or_default().to_ascii_lowercase();
    let media_type = value.split(';').next().unwrap_or_default().trim();
    media_type.starts_with("text/")
        || matches!(media_type, "application/json" | "application/javascript" | "application/xml")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_parameter_is_lost_or_changed(pairs in prop::collection::vec(("[a-z%+0-9]{1,5}", "[a-z%+=0-9]{0,5}"), 0..8)) {
            let query = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&");
            let found: Vec<(String, String)> = parameters(&query).collect();
            prop_assert_eq!(found, pairs);
        }

        #[test]
        fn every_body_survives(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0..3) {
            let mut headers = HeaderMap::new();
            let kinds = ["text/plain", "application/json; charset=utf-8", "image/png"];
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kinds[usize::try_from(kind).expect("an index")]));
            let bytes = Bytes::from(bytes);
            let (text, encoded) = body(&headers, &bytes);
            let back = if encoded { STANDARD.decode(text).expect("Base64") } else { text.into_bytes() };
            prop_assert_eq!(back, bytes.to_vec());
        }
    }
}
