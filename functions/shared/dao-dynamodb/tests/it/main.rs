//! The store over a real `DynamoDB` protocol server in this process, and over one that misbehaves.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod local;
mod pointer;
mod publishing;
mod reading;
mod stub;
mod table;
