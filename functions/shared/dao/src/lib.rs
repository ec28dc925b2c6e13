//! What the services need of stores, as traits over the models. A store's own errors and types stay behind these
//! traits. The clock is what the stores share.

mod catalog;
mod clock;
mod counts;
mod digest;
mod error;
mod events;
mod gates;
mod ledger;
mod manifest;
#[cfg(feature = "test-util")]
pub mod memory;
mod published;
mod user_key;
mod user_state;

pub use catalog::{BlobWriter, CatalogReader, CatalogRowsReader};
pub use clock::{Clock, age_ms, pause_ms};
pub use counts::{CountsName, CountsWriter};
pub use digest::{InvalidDigest, RowsDigest};
pub use error::{DaoError, RowsError};
pub use events::{EventRecord, EventRecorder, Recorded};
pub use gates::{GatesPointer, GatesReader, GatesWriter, GatesWritten};
pub use ledger::{
    EntryAnswer, EntryCreative, EntryItem, EntryPrice, EntryUser, EventLedger, LedgerEntry, Written,
};
pub use manifest::{BLOB_BYTES_MAX, BlobChunk, BlobCounts, BlobManifest, CHUNK_BYTES_MAX, ROWS_BYTES_MAX};
pub use published::Published;
pub use user_key::UserKey;
pub use user_state::UserStateReader;
