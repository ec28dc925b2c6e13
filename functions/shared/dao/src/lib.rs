//! What the services need of stores, as traits over the models. A store's own errors and types stay behind these
//! traits. The clock is what the stores share.

mod arrivals;
mod bursts;
mod catalog;
mod clock;
mod counters;
mod counts;
mod delivery;
mod digest;
mod error;
mod events;
mod gates;
mod inspected;
mod ledger;
mod loans;
mod manifest;
#[cfg(feature = "test-util")]
pub mod memory;
mod published;
mod user_key;
mod user_state;

pub use arrivals::ArrivedEvents;
pub use bursts::BurstCounter;
pub use catalog::{BlobWriter, CatalogReader, CatalogRowsReader, TermsReader};
pub use clock::{Clock, age_ms, pause_ms};
pub use counters::{Begun, CounterStore, LedgerEvent, LedgerScan, Scanned};
pub use counts::{CountsName, CountsReader, CountsWriter};
pub use delivery::{Cursor, DeliveryStore, KeptPacing, Lease};
pub use digest::{InvalidDigest, RowsDigest};
pub use error::{DaoError, RowsError};
pub use events::{EventRecord, EventRecorder, Recorded};
pub use gates::{GatesPointer, GatesReader, GatesWriter, GatesWritten};
pub use inspected::{InspectedRows, InspectedRowsReader};
pub use ledger::{
    EntryAnswer, EntryCreative, EntryItem, EntryPrice, EntryUser, EventLedger, LedgerEntry, Written,
};
pub use loans::{Lending, Loan, LoanStore};
pub use manifest::{BLOB_BYTES_MAX, BlobChunk, BlobCounts, BlobManifest, CHUNK_BYTES_MAX, ROWS_BYTES_MAX};
pub use published::Published;
pub use user_key::UserKey;
pub use user_state::UserStateReader;
