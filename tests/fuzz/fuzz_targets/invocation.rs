//! A Lambda invocation payload, from its text to checked parameters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::{check, check_problem};
use lockfill_http::invocation;

fuzz_target!(|payload: &str| {
    match invocation::request(payload) {
        Ok(request) => check(&request),
        Err(problem) => check_problem(problem),
    }
});
