//! Writes a blob section by section.

use xxhash_rust::xxh64::xxh64;
use zerocopy::{Immutable, IntoBytes};

use super::aligned::AlignedBytes;
use super::differences;
use super::header::{
    ALIGNMENT_BYTES, AS_THEY_ARE, BYTE_ORDER, CHECKED_FROM, DIFFERENCES, Header, MAGIC, SectionId, SectionRow,
};

/// A blob that is being written: sections are added, then the blob is finished.
#[derive(Debug)]
pub struct Writer {
    header: Header,
    table: Vec<SectionRow>,
    /// The sections, without header and table.
    body: Vec<u8>,
}

impl Writer {
    /// A blob of a format and a version of the catalog, without sections.
    #[must_use]
    pub fn new(format: u32, version: u64) -> Self {
        let header = Header {
            magic: MAGIC,
            byte_order: BYTE_ORDER,
            format,
            checksum: 0,
            version,
            length: 0,
            sections: 0,
        };
        Self { header, table: Vec::new(), body: Vec::new() }
    }

    /// Adds a section of records, which are written as they are. Each section is added once.
    pub fn section<T: IntoBytes + Immutable>(&mut self, id: SectionId, records: &[T]) {
        self.add(id, AS_THEY_ARE, records);
    }

    /// Adds a section of records that are written as differences: their numbers mostly rise by little, or not at all,
    /// from one record to the next. Each section is added once.
    pub fn rising_section<T: IntoBytes + Immutable>(&mut self, id: SectionId, records: &[T]) {
        const { assert!(size_of::<T>().is_multiple_of(differences::WORD_BYTES)) };
        self.add(id, DIFFERENCES, records);
    }

    fn add<T: IntoBytes + Immutable>(&mut self, id: SectionId, encoding: u16, records: &[T]) {
        debug_assert!(self.table.iter().all(|row| row.id != id.0), "section {} is there already", id.0);
        let bytes = records.as_bytes();
        self.table.push(SectionRow {
            id: id.0,
            record_bytes: u16::try_from(size_of::<T>()).unwrap_or(u16::MAX),
            encoding,
            offset: self.body.len() as u64,
            length: bytes.len() as u64,
        });
        self.body.extend_from_slice(bytes);
        self.body.resize(self.body.len().next_multiple_of(ALIGNMENT_BYTES), 0);
    }

    /// The blob.
    #[must_use]
    pub fn finish(mut self) -> AlignedBytes {
        let front = size_of::<Header>() + self.table.len() * size_of::<SectionRow>();
        for row in &mut self.table {
            row.offset += front as u64;
        }
        let length = front + self.body.len();
        self.header.length = length as u64;
        self.header.sections = self.table.len() as u64;
        let mut blob = AlignedBytes::zeroed(length);
        blob.overwrite(0, self.header.as_bytes());
        blob.overwrite(size_of::<Header>(), self.table.as_bytes());
        blob.overwrite(front, &self.body);
        for row in self.table.iter().filter(|row| row.encoding == DIFFERENCES) {
            // Both numbers were lengths of memory a moment ago.
            let [from, length] =
                [row.offset, row.length].map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
            differences::take(&mut blob.as_mut_bytes()[from..from + length], row.record_bytes.into());
        }
        self.header.checksum = xxh64(&blob.as_bytes()[CHECKED_FROM..], 0);
        blob.overwrite(0, self.header.as_bytes());
        blob
    }
}

/// Writes the length and the checksum of bytes into their header, for tests.
#[cfg(feature = "test-util")]
pub(crate) fn reseal(bytes: &mut [u8]) {
    let length = bytes.len() as u64;
    let Ok((header, _)) = <Header as zerocopy::FromBytes>::read_from_prefix(bytes) else { return };
    let sealed = Header { length, ..header };
    bytes[..size_of::<Header>()].copy_from_slice(sealed.as_bytes());
    let sealed = Header { checksum: xxh64(&bytes[CHECKED_FROM..], 0), ..sealed };
    bytes[..size_of::<Header>()].copy_from_slice(sealed.as_bytes());
}
