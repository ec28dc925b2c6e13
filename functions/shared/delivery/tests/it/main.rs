//! Roll-ups, held against their vectors and against a count of all entries at once.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod properties;
mod vectors;
mod world;
