//! The invocation payload of a load balancer, read in one pass into a request.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>. With or without
//! multi-value headers, the balancer decodes neither names nor values of a query.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::http::header::HOST;
use lambda_http::http::uri::{Authority, Scheme};
use lambda_http::http::{HeaderMap, Method};
use lambda_http::{Body, Request};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::maps::{Headers, RawQuery};
use crate::asked::Asked;

/// The longest path and query of an address, its other characters encoded. An address in `http` is no longer.
const ADDRESS_BYTES_MAX: usize = 65_534;
/// The protocol that the client spoke to the balancer.
const FORWARDED_PROTOCOL: &str = "x-forwarded-proto";

/// A payload. Texts without an escape stay where the payload has them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlbPayload<'a> {
    /// Other services' payloads have no balancer.
    #[expect(dead_code, reason = "it has to be there, and nothing of it is read")]
    request_context: RequestContext,
    #[serde(borrow)]
    http_method: Cow<'a, str>,
    #[serde(borrow, default)]
    path: Option<Cow<'a, str>>,
    #[serde(default)]
    query_string_parameters: Option<RawQuery>,
    #[serde(default)]
    multi_value_query_string_parameters: Option<RawQuery>,
    #[serde(default)]
    headers: Option<Headers>,
    #[serde(default)]
    multi_value_headers: Option<Headers>,
    #[serde(default)]
    is_base64_encoded: Option<bool>,
    #[serde(borrow, default)]
    body: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
struct RequestContext {
    #[expect(dead_code, reason = "it has to be there, and nothing of it is read")]
    elb: IgnoredAny,
}

impl AlbPayload<'_> {
    /// The request; `None` if a part of it is none.
    pub(crate) fn into_request(self) -> Option<Request> {
        let body = match (self.body, self.is_base64_encoded.unwrap_or(false)) {
            (None, _) => Body::Empty,
            (Some(text), false) => Body::Text(text.into_owned()),
            (Some(text), true) => Body::Binary(STANDARD.decode(&*text).ok()?),
        };
        let path = self.path.unwrap_or_default().into_owned();
        let several = self.multi_value_query_string_parameters.filter(|query| !query.0.is_empty());
        let query = several.or(self.query_string_parameters).unwrap_or_default().0;
        let mut headers = self.multi_value_headers.unwrap_or_default().0;
        // A target group has one of the two maps.
        for (name, value) in &self.headers.unwrap_or_default().0 {
            headers.insert(name, value.clone());
        }
        if !is_address(&headers, &path, &query) {
            return None;
        }
        let mut request = Request::new(body);
        *request.method_mut() = Method::from_bytes(self.http_method.as_bytes()).ok()?;
        *request.headers_mut() = headers;
        request.extensions_mut().insert(Asked { path, query });
        Some(request)
    }
}

/// Whether protocol, host, path and query make an address together.
fn is_address(headers: &HeaderMap, path: &str, query: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_scheme = text(FORWARDED_PROTOCOL).is_none_or(|scheme| Scheme::try_from(scheme).is_ok());
    let host = text(HOST.as_str()).unwrap_or("localhost");
    // What stands in front of the first slash of a path would belong to the host.
    let in_host = path.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let is_host = if in_host.is_empty() { is_host(host) } else { is_host(&format!("{host}{in_host}")) };
    is_scheme
        && !host.is_empty()
        && is_host
        && encoded_bytes(path) + encoded_bytes(query) <= ADDRESS_BYTES_MAX
}

/// Whether a text is a host, with a port or without one.
fn is_host(text: &str) -> bool {
    let Ok(authority) = Authority::try_from(text) else { return false };
    let behind_host = &text[text.find(authority.host()).map_or(0, |start| start + authority.host().len())..];
    behind_host.is_empty() || authority.port_u16().is_some()
}

/// The length of a text of which bytes beyond ASCII are encoded, as `%C3`.
fn encoded_bytes(text: &str) -> usize {
    text.len() + 2 * text.bytes().filter(|byte| !byte.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use lambda_http::RequestExt;
    use serde_json::{Value, json};

    use super::*;
    use crate::asked;

    fn read(payload: &str) -> Option<Request> {
        serde_json::from_str::<AlbPayload<'_>>(payload).ok()?.into_request()
    }

    fn query(request: &Request) -> Vec<(String, String)> {
        asked::query(request).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }

    fn payload(parameters: &Value, headers: &Value) -> String {
        json!({ "requestContext": { "elb": {} }, "httpMethod": "GET", "path": "/p%20q",
            "queryStringParameters": parameters, "headers": headers, "body": "", "isBase64Encoded": false })
        .to_string()
    }

    #[test]
    fn a_payload_is_read_as_the_librarys_conversion_reads_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../infra/invocations");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let texts = files.map(|file| std::fs::read_to_string(file).unwrap());
        let payloads: Vec<_> = texts.filter(|text| text.contains("httpMethod")).collect();
        assert!(payloads.len() >= 5);
        for payload in payloads {
            let (own, expected) =
                (read(&payload).unwrap(), lambda_http::request::from_str(&payload).unwrap());
            assert_eq!(own.method(), expected.method());
            assert_eq!(own.headers(), expected.headers());
            assert_eq!(own.body(), expected.body());
            assert_eq!(asked::path(&own), expected.raw_http_path());
            let sorted = |mut pairs: Vec<(String, String)>| {
                pairs.sort();
                pairs
            };
            let of_library = expected.query_string_parameters();
            let of_library = of_library.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(sorted(query(&own)), sorted(of_library.collect()));
        }
    }

    #[test]
    fn a_query_is_that_of_plain_http_whatever_its_values_hold() {
        let map = json!({ "a": "1,2", "b%5B": "x=y%26z+%EC%95%88", "c": "" });
        let own = read(&payload(&map, &json!({}))).unwrap();
        let plain = Request::new(Body::Empty);
        let (mut head, body) = plain.into_parts();
        head.uri = "/p%20q?a=1,2&b%5B=x=y%26z+%EC%95%88&c=".parse().unwrap();
        let plain = Request::from_parts(head, body);
        assert_eq!(query(&own), query(&plain));
        assert_eq!(query(&own)[1], ("b[".to_owned(), "x=y&z 안".to_owned()));
        assert_eq!(asked::path(&own), asked::path(&plain));
    }

    #[test]
    fn a_header_beyond_ascii_is_taken_as_plain_http_takes_it() {
        let own = read(&payload(&json!({}), &json!({ "user-agent": "앱/1" }))).unwrap();
        assert_eq!(own.headers()["user-agent"].as_bytes(), "앱/1".as_bytes());
    }

    #[test]
    fn a_body_is_text_or_the_bytes_of_its_base64() {
        let with = |body: Value, is_encoded: bool| {
            let document = json!({ "requestContext": { "elb": {} }, "httpMethod": "POST", "path": "/",
                "body": body, "isBase64Encoded": is_encoded });
            read(&document.to_string()).map(Request::into_body)
        };
        assert_eq!(with("e30=".into(), false), Some(Body::Text("e30=".to_owned())));
        assert_eq!(with("e30=".into(), true), Some(Body::Binary(b"{}".to_vec())));
        assert_eq!(with(Value::Null, true), Some(Body::Empty));
        assert_eq!(with("e30".into(), true), None);
    }
}
