//! The types that all other crates share: the values of requests and catalogs, a request, a user's history,
//! tracking events, time, and the integer arithmetic of decisions.
//!
//! Nothing in this crate reads a clock, draws a random number, waits, or does input or output. Equal inputs
//! give equal results on any machine and in any language that follows `tests/fixtures`.

pub mod arithmetic;
pub mod counts;
mod device_report;
pub mod distance;
pub mod draw;
pub mod event;
pub mod loans;
pub mod pacing;
pub mod pacing_codec;
pub mod query;
pub mod time;
pub mod user_state;
pub mod vocabulary;
