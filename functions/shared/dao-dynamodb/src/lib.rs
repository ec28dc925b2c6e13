//! Published catalogs in one `DynamoDB` table.
//!
//! # Layout
//!
//! The table has the string keys `pk` and `sk`. Whoever publishes or reads, in whatever language, keeps to
//! this:
//!
//! | item | `pk` | `sk` | attributes |
//! |---|---|---|---|
//! | row | `catalog#<version>` | `<kind>#<key>` | `row`: the row as a JSON object in a string |
//! | publish record | `publish` | the version in 12 digits | `version` N, `published_at` RFC 3339, `row_counts` map of kind to N |
//! | pointer | `pointer` | `catalog` | `version` N: the version that is served |
//! | claim | `claim` | the version in 12 digits | `version` N, `writer`: who is writing the version's rows |
//!
//! The kinds and what their keys are made of: [`ROW_KINDS`]. Versions count from 1 without gaps.
//!
//! # Publishing
//!
//! A row, once published, never changes, and a version never mixes what two publishers wrote. `DynamoDB`
//! promises neither for plain writes, so the rows are written under a claim:
//!
//! 1. One transaction puts the claim, whoever holds it, with a writer's name of one's own, if the version has
//!    no publish record. A publisher that died in the middle is simply taken over from.
//! 2. Rows that it left behind are deleted, and the new ones are put, in transactions that each check that
//!    the claim is still one's own. They cost twice the write units of plain writes; that is cents a month.
//! 3. One transaction deletes the claim if it is still one's own, puts the publish record if there is none,
//!    and moves the pointer if it names an older version.
//!
//! Whoever loses a claim to another publisher gets a conflict at the next step and has changed nothing that
//! anybody reads.
//!
//! # Reading
//!
//! The pointer is read with eventual consistency: it is read once a second by every execution environment, a
//! strongly consistent read costs twice as much, and a replica lags by far less than that second. A replica
//! that lags behind one seen earlier must not take an environment back in time, so an answer older than the
//! last one is asked for again, strongly consistent. Rows are read strongly consistent, once a version: what
//! is compiled from them serves until the next version, so it must be right.

mod catalog;
mod client;
mod errors;
mod items;
mod kinds;
mod read;
mod table;
mod transaction;
mod write;

pub use catalog::DynamoDbCatalog;
pub use kinds::{ROW_KINDS, RawRows, RowKind, add_row};
pub use table::Created;

/// How errors name this store.
pub(crate) const STORE: &str = "DynamoDB";
