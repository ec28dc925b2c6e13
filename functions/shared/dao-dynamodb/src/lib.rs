//! Reads published catalogs from one `DynamoDB` table, and writes the ledger of events into another.
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
//! | manifest of a blob | `blob#F#N#H` | `manifest` | `chunks` N, `raw_bytes` N, `compressed_bytes` N, `chunk_bytes` B, `chunk_digests` B, `rows_digest` S, `line_items` N, `contents` N |
//! | note of a blob | `blob#written#N` | `F#H` | none |
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
//! other. Each holds 2 MiB of it, or a half, a quarter and so on of that where the blob compresses too badly; a blob of
//! 4 MiB or less is one chunk if it compresses well enough. `chunk_bytes` has the lengths, `chunk_digests` the digests of
//! the compressed chunks. A manifest is written after its chunks: a manifest that exists means a blob that is there as a
//! whole. A note is written before them: with it the blob of a draft that was never published is found and deleted. The
//! item `blob#formats`, `F` says that blobs of a format were ever written.
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
//!
//! # The ledger of events
//!
//! A table of its own with the string keys `pk` and `sk`, and an index `by_arrival` with the keys `arrival` and `sk`.
//! One item is one tracking event. Numbers of time are epoch seconds.
//!
//! | attribute | holds |
//! |---|---|
//! | `pk` | `slot#YYYYMMDDTHH#SS`: the hour of the slot's answer in UTC, and the last byte of its id modulo 16 |
//! | `sk` | `REQUEST_ID#PPP#KIND` with the position in three digits; of an event that does not count also `#CLASS` |
//! | `item_kind`, `item_hash` | `line_item` or `content`; the hash of its id in 16 hexadecimal digits |
//! | `item_id`, `campaign_id`, `advertiser_id` | as far as the catalog has them |
//! | `creative_hash`, `creative_id` | of an ad; the id as far as the catalog has it |
//! | `unit_hash`, `unit_id`, `catalog_version` | what the answer was made with; the id as far as the catalog has it |
//! | `pricing`, `price_micros`, `currency` | of an ad, as agreed on at the time of the answer |
//! | `happened_at` N, `arrived_at` N | when the event happened, and when it arrived |
//! | `arrival` | `YYYYMMDDTHHMM#SS`: the minute of the arrival in UTC, and the same shard |
//! | `class` | `valid`, or why the event does not count |
//! | `user`, `zone` | the name under which the user is counted, and the zone of the user's days; not under limit-ad-tracking |
//! | `burst_unchecked` | true, of an event that counts and could not be checked for bursts |
//! | `expires_at` N | when the item may be deleted: the table's time to live |
//!
//! The item `erased#USER`, `erased` says that a user was erased: `user`, `erased_at` N and `expires_at` N. What arrived
//! until then is not counted again when counters are made anew.
//!
//! An event is one write, on the condition that there is no such item. The key depends on the slot alone, so a
//! repetition is found at any time, and an event that does not count never takes the place of one that does. The hour
//! and 16 shards spread the writes of a minute over 16 partitions, which take 16,000 events a second.
//!
//! # The table of delivery
//!
//! A table of its own with the string keys `pk` and `sk`. `expires_at` N is its time to live, in epoch seconds. What is
//! large is compressed by zstd and cut into pieces of at most 300,000 bytes: `data` B holds a piece, `chunks` N says in
//! how many it was cut, and `sk` ends with the piece's number from 0, in three digits.
//!
//! | item | `pk` | `sk` | attributes |
//! |---|---|---|---|
//! | pointer to the newest gates | `gates` | `current` | `version` N, `made_at` N in epoch seconds, `chunks` N, `digest` S: SHA-256 of the table before compression |
//! | piece `CCC` of the gates of version `N` | `gates#N` | `CCC` | `data` B, `chunks` N, `expires_at` N |
//! | counts of an environment | `counts#YYYYMMDDTHHMM#SS`: the minute of the flush in UTC, and the environment's number modulo 16 | `E#NNNNNN`: the environment's number in 16 hexadecimal digits, and the number of the flush in 6 | `data` B: the JSON of `lockfill_models::counts`, compressed by zstd; `expires_at` N |
//!
//! `lockfill_models::pacing_codec` has the bytes of a table of gates. Its pieces are written on the condition that
//! there are none of that version, and the pointer on the condition that it names an older one: of programs that write
//! one version at once, one that wrote all pieces moves the pointer, or none.
//!
//! # Roll-ups
//!
//! A document is JSON in a zstd frame with a checksum, in pieces whose number `CCC` ends their sort keys. What was always
//! empty has no item.
//!
//! | document | `pk` | `sk` |
//! |---|---|---|
//! | roll-up of a minute of arrival, kept for 8 days | `minutes#YYYYMMDDTHH` | `MM#CCC` |
//! | roll-up of an hour of arrival, kept for 400 days | `hours#YYYYMMDD` | `HH#CCC` |
//! | totals at the end of an hour of arrival, kept for 400 days | `totals` | `YYYYMMDDTHH#CCC` |
//! | what the pacing has learned, kept for 400 days | `pacing` | `state#CCC` |
//!
//! The item `rollup`, `cursor` says how far the ledger is rolled up: `first_minute`, `settled_minute` and `next_minute`,
//! in minutes since the epoch, and who may go on: `lease_owner` until `lease_until`, epoch seconds.
//!
//! Roll-ups are overwritten with what the ledger has. A reader that meets a document of which pieces were replaced finds
//! its checksum wrong, and reads it once more.

mod arrivals;
mod blob;
mod bounded;
mod catalog;
#[cfg(feature = "compiler")]
pub mod chunks;
#[cfg(not(feature = "compiler"))]
mod chunks;
mod client;
mod counts;
mod delivery;
mod delivery_layout;
mod documents;
pub mod errors;
mod gates;
mod http1;
#[cfg(feature = "compiler")]
mod inspected;
#[cfg(feature = "compiler")]
mod kinds;
pub mod layout;
mod ledger;
mod ledger_export;
mod ledger_health;
mod ledger_layout;
mod ledger_reading;
mod ledger_scan;
#[cfg(feature = "publisher")]
mod publisher;
mod read;
mod reading;
#[cfg(feature = "compiler")]
mod record;
mod roll_up_layout;
#[cfg(feature = "compiler")]
mod rows;
mod secrets;
mod sending;
#[cfg(feature = "compiler")]
mod write;

pub use arrivals::DynamoDbArrivals;
pub use catalog::DynamoDbCatalog;
pub use counts::DynamoDbCounts;
pub use delivery::DynamoDbDelivery;
pub use gates::DynamoDbGates;
#[cfg(feature = "compiler")]
pub use kinds::{ROW_KINDS, RawRows, RowKind, RowsByKind};
pub use ledger::DynamoDbLedger;
pub use ledger_export::entry_json;
pub use ledger_layout::ledger_item;
pub use ledger_reading::arrived_event;
pub use ledger_scan::DynamoDbLedgerScan;
#[cfg(feature = "compiler")]
pub use record::PublishRecord;
#[cfg(feature = "compiler")]
pub use rows::rows_digest;
pub use secrets::{SecretError, Secrets};
