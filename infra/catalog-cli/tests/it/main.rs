//! The publisher and the program over a `DynamoDB` in this process, and over one of prepared answers.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod local;
mod program;
mod publishing;
mod table;
mod transactions;
