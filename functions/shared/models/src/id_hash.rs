//! The 64-bit hash that stands for an id where a whole id would be too long: in tracking tokens and in indexes.

use xxhash_rust::xxh64::xxh64;

/// XXH64 with seed 0 (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>) over the id's UTF-8.
///
/// Two ids of one catalog may have equal hashes by chance; the compiler refuses such a catalog. Vectors:
/// `tests/fixtures/vectors/id_hash.json`.
#[must_use]
pub fn id_hash(id: &str) -> u64 {
    xxh64(id.as_bytes(), 0)
}
