//! Roll-ups and gates over stores in memory.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod pacing;
mod roll_ups;
