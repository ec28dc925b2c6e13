//! A function's response document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_test_invariants::local_alb;

fuzz_target!(|document: &[u8]| local_alb::response_document(document));
