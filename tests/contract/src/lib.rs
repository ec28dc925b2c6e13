//! Reads `tests/fixtures`, the data that every implementation of the contract is held to, for the tests of
//! this one.
//!
//! A fixture that cannot be read is a broken test: everything here panics and says which file it was.

pub mod catalogs;
pub mod decisions;
pub mod files;
mod history;
pub mod openapi;
pub mod requests;
