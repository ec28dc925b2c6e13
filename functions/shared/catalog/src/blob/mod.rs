//! The blob: the one file that a published version is compiled to.
//!
//! A blob is a header, a table of sections, and the sections. A section is an array of records of one size, which
//! are used where they lie. Nothing is parsed, and nothing is copied.
//!
//! Records whose numbers rise from one to the next are written as differences, which compress many times better.
//! Opening a blob adds them up in place.
//!
//! | bytes | content |
//! |---|---|
//! | 0..8 | [`MAGIC`] |
//! | 8..16 | the order of bytes and the format, 4 bytes each |
//! | 16..24 | XXH64, seed 0, of all that follows |
//! | 24..48 | the version, the length of the blob in bytes, the number of sections |
//! | 48.. | 24 bytes for each section: number, size and encoding of a record, offset, length |
//! | .. | the sections; each begins at a multiple of 8 bytes |
//!
//! All numbers are in the order of bytes of the machine that wrote them, and a machine of the other order refuses
//! the blob: every machine that serves is little-endian.

mod aligned;
mod differences;
mod error;
mod header;
mod reader;
mod writer;

pub use aligned::AlignedBytes;
pub use error::BlobError;
pub use header::{MAGIC, SectionId};
pub use reader::{Reader, SectionRange, WrittenAsDifferences};
pub use writer::Writer;
#[cfg(feature = "test-util")]
pub(crate) use writer::reseal;
