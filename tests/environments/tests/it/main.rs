//! Environments over stores that throttle.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod fan_out;
mod rows;
