//! A blob that holds the rows themselves, until the compiled sections take its place.

use crate::blob::{AlignedBytes, Reader, SectionId, Writer};
use crate::catalog::Catalog;

/// The format of blobs that this program reads and writes.
pub const BLOB_FORMAT: u32 = 0;
const ROWS: SectionId = SectionId(1);

/// The blob of rows in one JSON document: a list for each kind.
#[must_use]
pub fn blob_of(version: u64, json: &str) -> Vec<u8> {
    let mut writer = Writer::new(BLOB_FORMAT, version);
    writer.section(ROWS, json.as_bytes());
    writer.finish().as_bytes().to_vec()
}

impl Catalog {
    /// The catalog in a blob.
    ///
    /// # Errors
    /// One line that says why the blob cannot be served.
    pub fn open(blob: &AlignedBytes) -> Result<Self, String> {
        let reader = Reader::open(blob, BLOB_FORMAT).map_err(|error| error.to_string())?;
        let rows = reader.section::<u8>(ROWS).map_err(|error| error.to_string())?;
        let rows = serde_json::from_slice(rows).map_err(|_| "the rows cannot be read".to_owned())?;
        Self::compile(reader.version(), rows).map_err(|error| error.to_string())
    }
}
