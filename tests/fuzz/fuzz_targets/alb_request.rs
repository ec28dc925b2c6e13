//! What a client sends to the local balancer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_test_invariants::local_alb;

fuzz_target!(|sent: &[u8]| local_alb::request(sent));
