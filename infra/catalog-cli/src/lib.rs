//! Publishes catalogs: checks rows, writes them as a version, and makes the version the served one.
//!
//! # Publishing
//!
//! `lockfill_dao_dynamodb` has the layout of the table. Publishers use one more item:
//!
//! | item | `pk` | `sk` | attributes |
//! |---|---|---|---|
//! | claim | `claim` | the version in 12 digits | `version` N, `writer`: the name of the publisher that writes the version |
//!
//! A published row never changes, and a version never mixes rows of two publishers. `DynamoDB` guarantees neither
//! for plain writes, so a publisher writes rows under a claim:
//!
//! 1. One transaction puts the claim with the publisher's own name, if the version has no publish record. It
//!    replaces a claim of another publisher, which may have died.
//! 2. The publisher deletes the chunks that other publishers have left, and the blobs of their rows, and puts its own
//!    chunks and then the manifest of the rows, in transactions that each check that the claim still has its name.
//!    Transactions cost twice the write units of plain writes, which is cents a month.
//! 3. The rows are compiled to a blob (here in this process; Django has the function `catalog` do it). A blob is named
//!    by the digest of its rows, so it needs no claim.
//! 4. One transaction deletes the claim if it still has the publisher's name, puts the publish record if there is
//!    none, and moves the pointer if it names an older version.
//!
//! A publisher whose claim was replaced gets a conflict at its next step. Nothing that readers see has changed
//! by then.
//!
//! Django publishes by the same protocol (`infra/monolith/publishing`). The programs do not share code, but they
//! may publish to the same table.

mod counts;
mod error;
mod gates_file;
mod items;
mod publisher;
mod row_chunks;
mod rows_file;
mod table;
mod transaction;

pub use counts::Counts;
pub use error::PublishError;
pub use gates_file::read_gates;
pub use publisher::{Draft, Publisher};
pub use rows_file::{check, read, remove_withheld};
pub use table::{Created, create_delivery_table, create_events_table, create_table};
