//! A batch of events: the input as its body, and as the text of one event's token.
#![no_main]

use lambda_http::Body;
use lambda_http::http::{Method, Request};
use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::events::answer;
use lockfill_http::invocation::with_path;

fn check(body: Body) {
    let mut request = with_path(Request::new(body), "/api/v1/events");
    *request.method_mut() = Method::POST;
    let answer = answer(request);
    assert!(matches!(answer.status().as_u16(), 200 | 400 | 413), "no input has a signed token");
    let Body::Text(text) = answer.body() else { panic!("an answer is text") };
    assert!(text.len() < 8_192, "{}", text.len());
}

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return check(Body::Binary(input.to_vec())) };
    check(Body::Text(text.to_owned()));
    let event = serde_json::json!({ "token": text, "kind": "click", "at": 1 });
    check(Body::Text(serde_json::json!({ "events": [event, event] }).to_string()));
});
