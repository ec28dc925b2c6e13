//! A tracking token: the input as a token, and the input as a payload of either form with a valid signature.
#![no_main]

use lambda_http::Body;
use lambda_http::http::Request;
use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::events::{answer, compact, former};
use lockfill_http::invocation::with_path;

fn status(token: &str) -> u16 {
    let path = format!("/api/v1/events/impression/{token}");
    answer(with_path(Request::new(Body::Empty), &path)).status().as_u16()
}

fuzz_target!(|input: &[u8]| {
    if let Ok(token) = std::str::from_utf8(input) {
        assert_eq!(status(token), 400, "a token without the secret's signature is refused");
    }
    // 503: the claims were read, and no catalog is published for the next step.
    for token in [compact(input), former(input), compact(&[&[2], input].concat())] {
        assert!(matches!(status(&token), 200 | 400 | 410 | 503));
    }
});
