//! The headers of a request with a token of ours: each line of the input is a header's number and its value.
#![no_main]

use std::sync::LazyLock;

use lambda_http::Body;
use lambda_http::http::{HeaderValue, Method, Request};
use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::NOW;
use lockfill_fuzz::events::{answer, former};
use lockfill_http::invocation::with_path;

/// What a request to the function of events is judged by, routed by or answered by.
const NAMES: [&str; 11] = [
    "user-agent",
    "sec-purpose",
    "purpose",
    "x-moz",
    "x-forwarded-for",
    "content-type",
    "content-length",
    "origin",
    "access-control-request-method",
    "x-amzn-trace-id",
    "host",
];

static TOKEN: LazyLock<String> = LazyLock::new(|| {
    let claims = serde_json::json!({
        "r": "019ab0c4-1234-7abc-89de-0123456789ab", "p": 1, "i": { "c": "ct-88" }, "l": "ct-88",
        "u": { "k": "u4IDDbwryroyqQvy4geoSg", "z": "Asia/Seoul" }, "e": NOW.0 + 3_600,
    });
    former(claims.to_string().as_bytes())
});

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let methods = [Method::GET, Method::POST, Method::OPTIONS, Method::HEAD];
    let first = lines.next().and_then(|line| line.first()).copied().unwrap_or_default();
    let mut request = with_path(Request::new(Body::Empty), &format!("/api/v1/events/impression/{}", *TOKEN));
    *request.method_mut() = methods[usize::from(first) % methods.len()].clone();
    for line in lines {
        let Some((number, value)) = line.split_first() else { continue };
        let Ok(value) = HeaderValue::from_bytes(value) else { continue };
        request.headers_mut().append(NAMES[usize::from(*number) % NAMES.len()], value);
    }
    let answer = answer(request);
    // 403: an origin that no unit lists. Any user agent, purpose and address is recorded, as valid or not.
    assert!(matches!(answer.status().as_u16(), 200 | 204 | 403 | 405), "{}", answer.status());
    if matches!(answer.status().as_u16(), 200 | 204)
        && !answer.headers().contains_key("access-control-allow-methods")
    {
        let recorded = answer.headers()["x-lockfill-recorded"].as_bytes();
        assert!(matches!(recorded, b"yes" | b"repeated" | b"invalid"));
    }
});
