//! Calls of the functions `catalog` and `pacing`, over stores in memory.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod catalogs;
mod inspections;
mod pacings;
// The same catalog as that of requests.
#[path = "../../../http/tests/it/rows.rs"]
mod rows;
