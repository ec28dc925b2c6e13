//! The catalog from outside: which catalogs are taken, and which are refused with which words.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod catalog;
