//! Services over stores that hang, fail and are slow.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod catalog_cache;
mod catching_up;
mod faults;
mod freezes;
mod world;
