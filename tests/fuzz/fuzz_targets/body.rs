//! A JSON body.
#![no_main]

use lambda_http::Body;
use lambda_http::http::{Method, Request};
use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::check;

fuzz_target!(|body: &[u8]| {
    let mut request = Request::new(Body::Binary(body.to_vec()));
    *request.method_mut() = Method::POST;
    check(&request);
});
