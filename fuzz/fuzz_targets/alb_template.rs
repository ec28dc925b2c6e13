//! A template for the local balancer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::local_alb_checks;

fuzz_target!(|text: &str| local_alb_checks::template(text));
