//! Reads published catalogs from one `DynamoDB` table.
//!
//! # Layout
//!
//! The table has the string keys `pk` and `sk`. Every publisher and reader, in any language, follows this layout:
//!
//! | item | `pk` | `sk` | attributes |
//! |---|---|---|---|
//! | chunk `i` of rows | `rows#N#SS` | `i` | `data` B, `sha256` B of `data` |
//! | manifest of rows | `rows#N` | `manifest` | `digest` S, `chunks` N, `row_counts` map of kind to N, `raw_bytes` N |
//! | chunk `i` of a blob | `blob#F#N#H#SS` | `i` | `data` B, `sha256` B of `data` |
//! | manifest of a blob | `blob#F#N#H` | `manifest` | `chunks` N, `raw_bytes` N, `compressed_bytes` N, `chunk_bytes` B, `chunk_digests` B, `rows_digest` S |
//! | publish record | `publish` | `N` | `version` N, `digest` S, `published_at` RFC 3339, `row_counts` map of kind to N |
//! | pointer | `pointer` | `catalog` | `version` N: the version that is served, `digest` S |
//!
//! `N` is the version in 12 digits, `i` the number of the chunk, from 0, in 6, and `SS` is `i` modulo 16 in 2. `F` is
//! the format of the blob. Digests are SHA-256; as texts they have 64 hexadecimal digits. The digest of a version is
//! that of its rows: of the digests of their compressed chunks, in order. `H` is its first 16 digits, so publishers
//! that draft the same version never mix their blobs.
//!
//! A chunk is one zstd frame of at most 350,000 bytes. A chunk of rows holds lines `KIND<TAB>KEY<TAB>JSON<LF>`, about
//! a megabyte of them, sorted by kind and key over the whole version. The chunks of a blob are the blob one after the
//! other. Each holds 1 MiB of it, or a half, a quarter and so on of that where the blob compresses too badly;
//! `chunk_bytes` has the lengths, `chunk_digests` the digests of the compressed chunks. A manifest is written after its chunks: a manifest that exists means a blob that is there as a whole.
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
//! strongly consistent read. Blobs are read eventually consistent, too, and checked by digest: what is missing or
//! has another digest is read once more, strongly consistent, before it counts as broken. Rows are read strongly
//! consistent.

mod blob;
mod bounded;
mod catalog;
#[cfg(feature = "compiler")]
pub mod chunks;
#[cfg(not(feature = "compiler"))]
mod chunks;
mod client;
pub mod errors;
mod http1;
#[cfg(feature = "compiler")]
mod kinds;
pub mod layout;
#[cfg(feature = "publisher")]
mod publisher;
mod read;
#[cfg(feature = "compiler")]
mod record;
#[cfg(feature = "compiler")]
mod rows;
#[cfg(feature = "compiler")]
mod write;

pub use catalog::DynamoDbCatalog;
#[cfg(feature = "compiler")]
pub use kinds::{ROW_KINDS, RawRows, RowKind, add_row};
#[cfg(feature = "compiler")]
pub use record::PublishRecord;
#[cfg(feature = "compiler")]
pub use rows::rows_digest;
