//! The store over a real `DynamoDB` protocol server in this process, and over one of prepared answers.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod counts;
mod gates;
mod https;
mod ledger;
mod local;
mod pointer;
mod reading;
mod roll_ups;
