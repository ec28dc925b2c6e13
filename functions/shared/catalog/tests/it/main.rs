//! The catalog from outside: which rows are taken, which are refused with which words, and which blobs are opened.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod blob;
mod catalog;
mod refusals;
mod stored;
mod support;
