//! A function's response document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_fuzz::local_alb_checks;

fuzz_target!(|document: &[u8]| local_alb_checks::response_document(document));
