//! Reads published catalogs from one `DynamoDB` table.
//!
//! # Layout
//!
//! The table has the string keys `pk` and `sk`. Every publisher and reader, in any language, follows this layout:
//!
//! | item | `pk` | `sk` | attributes |
//! |---|---|---|---|
//! | row | `catalog#<version>` | `<kind>#<key>` | `row`: the row as a JSON object in a string |
//! | publish record | `publish` | the version in 12 digits | `version` N, `published_at` RFC 3339, `row_counts` map of kind to N |
//! | pointer | `pointer` | `catalog` | `version` N: the version that is served |
//!
//! [`ROW_KINDS`] lists the kinds and the fields that make a row's key. Versions count from 1 without gaps. The
//! library of `infra/catalog-cli` has the protocol by which a version is written, and the one more item that
//! only publishers use.
//!
//! # Reading
//!
//! The pointer is read with eventual consistency. Every execution environment reads it once a second, a strongly
//! consistent read costs twice as much, and a replica lags by far less than a second. A replica that lags must
//! not take an environment back to an older version, so an answer older than the last one is followed by a
//! strongly consistent read. Rows are read strongly consistent, once a version, because the environment serves
//! what it compiles from them until the next version.

mod catalog;
mod client;
pub mod errors;
mod kinds;
pub mod layout;
#[cfg(feature = "publisher")]
mod publisher;
mod read;
mod record;

pub use catalog::DynamoDbCatalog;
pub use kinds::{ROW_KINDS, RawRows, RowKind, add_row};
pub use record::PublishRecord;
