//! What all other crates talk about: a request's meaning, a user's history, time, and the integer arithmetic
//! that a decision is made of.
//!
//! Nothing in this crate reads a clock, draws a random number, waits, or does input or output. Equal inputs
//! give equal results on any machine and in any language that follows `tests/fixtures`.

pub mod arithmetic;
pub mod distance;
pub mod draw;
pub mod event;
pub mod pacing;
pub mod query;
pub mod time;
pub mod user_state;
pub mod vocabulary;
