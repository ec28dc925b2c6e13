//! A compiled catalog: the input as it is, and the input as what lies behind a right length and checksum.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lockfill_catalog::blob::Writer;
use lockfill_catalog::test_util::{read_all, reseal};
use lockfill_catalog::{BLOB_FORMAT, Catalog};

/// The bytes of a header up to its version.
const FRONT: usize = 24;

fuzz_target!(|input: &[u8]| {
    assert!(Catalog::open(input).is_err(), "no input has a right checksum");
    let header = Writer::new(BLOB_FORMAT, 1).finish();
    let mut bytes = [&header.as_bytes()[..FRONT], input].concat();
    reseal(&mut bytes);
    if let Ok(catalog) = Catalog::open(bytes) {
        let _ = read_all(&catalog);
    }
});
