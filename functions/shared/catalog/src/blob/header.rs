//! How a blob begins.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// The first bytes of a blob.
pub const MAGIC: [u8; 8] = *b"LOCKFILL";
/// A number that reads differently in the other order of bytes.
pub(super) const BYTE_ORDER: u32 = 0x0403_0201;
/// Every section begins at a multiple of so many bytes.
pub(super) const ALIGNMENT_BYTES: usize = 8;
/// More sections than any format has, so that the table of a blob is bounded.
pub(super) const SECTIONS_MAX: u64 = 256;

/// Each record is written as it is used.
pub(super) const AS_THEY_ARE: u16 = 0;
/// Each 32-bit word of a record is written as its difference to the same word of the record before.
pub(super) const DIFFERENCES: u16 = 1;

/// The number of a section. Each section has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SectionId(pub u32);

/// The beginning of a blob.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
pub(super) struct Header {
    pub magic: [u8; 8],
    pub byte_order: u32,
    pub format: u32,
    /// XXH64 with seed 0 of all bytes behind this field.
    pub checksum: u64,
    /// The version of the catalog.
    pub version: u64,
    /// The length of the whole blob in bytes.
    pub length: u64,
    pub sections: u64,
}

/// Where the bytes begin that the checksum covers.
pub(super) const CHECKED_FROM: usize = std::mem::offset_of!(Header, version);

/// A row of the table of sections.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
pub(super) struct SectionRow {
    pub id: u32,
    /// The size of a record in bytes.
    pub record_bytes: u16,
    /// How the records are written: [`AS_THEY_ARE`] or [`DIFFERENCES`].
    pub encoding: u16,
    /// Where the section begins, in bytes from the begin of the blob.
    pub offset: u64,
    /// The length in bytes.
    pub length: u64,
}
