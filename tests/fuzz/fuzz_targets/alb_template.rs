//! A template for the local balancer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_test_invariants::local_alb;

fuzz_target!(|text: &str| local_alb::template(text));
