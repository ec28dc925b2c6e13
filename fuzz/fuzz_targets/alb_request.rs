//! What a client sends to the local balancer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::local_alb_checks;

fuzz_target!(|sent: &[u8]| local_alb_checks::request(sent));
