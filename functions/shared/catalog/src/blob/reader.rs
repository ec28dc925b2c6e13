//! Reads the sections of a blob where they lie.

use std::marker::PhantomData;
use std::ops::Range;

use xxhash_rust::xxh64::xxh64;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::aligned::AlignedBytes;
use super::differences;
use super::error::BlobError;
use super::header::{
    ALIGNMENT_BYTES, AS_THEY_ARE, BYTE_ORDER, CHECKED_FROM, DIFFERENCES, Header, MAGIC, SECTIONS_MAX,
    SectionId, SectionRow,
};

/// A blob whose header, table and checksum are in order. What its records hold is another matter.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'b> {
    bytes: &'b [u8],
    version: u64,
    table: &'b [SectionRow],
}

/// Where records lie that are written as differences, and how large each is in bytes.
#[derive(Debug)]
pub struct WrittenAsDifferences(Vec<(Range<usize>, usize)>);

impl WrittenAsDifferences {
    /// Adds the differences up, in the blob that the places were taken from. It can be read from then on.
    ///
    /// # Panics
    /// If another blob is shorter.
    pub fn add_up(self, blob: &mut AlignedBytes) {
        for (place, record_bytes) in self.0 {
            differences::add_up(&mut blob.as_mut_bytes()[place], record_bytes);
        }
    }
}

/// Where a section of records lies in a blob.
#[derive(Debug)]
pub struct SectionRange<T> {
    from: usize,
    until: usize,
    record: PhantomData<fn() -> T>,
}

impl<T> Clone for SectionRange<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SectionRange<T> {}

impl<T: FromBytes + KnownLayout + Immutable> SectionRange<T> {
    /// The records, in the blob that the range was taken from. There are none in another blob that is too short.
    #[must_use]
    #[inline]
    pub fn of(self, blob: &AlignedBytes) -> &[T] {
        let bytes = blob.as_bytes().get(self.from..self.until);
        bytes.and_then(|bytes| <[T]>::ref_from_bytes(bytes).ok()).unwrap_or(&[])
    }

    /// The record at an index, without a look at how many there are.
    #[must_use]
    #[inline]
    pub fn record(self, blob: &AlignedBytes, index: usize) -> Option<&T> {
        let from = index.checked_mul(size_of::<T>())?.checked_add(self.from)?;
        let until = from.checked_add(size_of::<T>()).filter(|&until| until <= self.until)?;
        T::ref_from_bytes(blob.as_bytes().get(from..until)?).ok()
    }
}

impl<'b> Reader<'b> {
    /// Checks the header, the table of sections and the checksum.
    ///
    /// # Errors
    /// If the bytes are no blob of the format, or have changed since they were written.
    pub fn open(blob: &'b AlignedBytes, format: u32) -> Result<Self, BlobError> {
        let bytes = blob.as_bytes();
        let (header, rest) = Header::ref_from_prefix(bytes).map_err(|_| BlobError::Foreign)?;
        if header.magic != MAGIC || header.byte_order != BYTE_ORDER {
            return Err(BlobError::Foreign);
        }
        if header.format != format {
            return Err(BlobError::Format { expected: format, found: header.format });
        }
        if header.length != bytes.len() as u64 {
            return Err(BlobError::Length { expected: header.length, found: bytes.len() as u64 });
        }
        if xxh64(&bytes[CHECKED_FROM..], 0) != header.checksum {
            return Err(BlobError::Checksum);
        }
        let sections = usize::try_from(header.sections.min(SECTIONS_MAX + 1)).unwrap_or(usize::MAX);
        let table = <[SectionRow]>::ref_from_prefix_with_elems(rest, sections).ok();
        let table = table.filter(|_| header.sections <= SECTIONS_MAX).map(|(table, _)| table);
        let table = table.ok_or(BlobError::Section { section: 0, problem: "is behind too long a table" })?;
        for row in table {
            place(row, bytes.len())?;
        }
        Ok(Self { bytes, version: header.version, table })
    }

    /// The version of the catalog.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Where records are written as differences. They are no records before those are added up.
    #[must_use]
    pub fn differences(&self) -> WrittenAsDifferences {
        let rows = self.table.iter().filter(|row| row.encoding == DIFFERENCES);
        let places =
            rows.filter_map(|row| Some((place(row, self.bytes.len()).ok()?, row.record_bytes.into())));
        WrittenAsDifferences(places.collect())
    }

    /// The records of a section.
    ///
    /// # Errors
    /// If the blob has no such section, or its records have another size.
    pub fn section<T: FromBytes + KnownLayout + Immutable>(
        &self,
        id: SectionId,
    ) -> Result<&'b [T], BlobError> {
        let problem = |problem| BlobError::Section { section: id.0, problem };
        let row = self.table.iter().find(|row| row.id == id.0).ok_or_else(|| problem("is missing"))?;
        if row.record_bytes as usize != size_of::<T>() {
            return Err(problem("has records of another size"));
        }
        let bytes = &self.bytes[place(row, self.bytes.len())?];
        <[T]>::ref_from_bytes(bytes).map_err(|_| problem("ends within a record"))
    }

    /// Where the records of a section lie.
    ///
    /// # Errors
    /// As [`Self::section`].
    pub fn range<T: FromBytes + KnownLayout + Immutable>(
        &self,
        id: SectionId,
    ) -> Result<SectionRange<T>, BlobError> {
        let records = self.section::<T>(id)?;
        let from = self.table.iter().find(|row| row.id == id.0).map_or(0, |row| row.offset);
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(SectionRange { from, until: from + size_of_val(records), record: PhantomData })
    }
}

/// Where a section lies in a blob of a length.
fn place(row: &SectionRow, length: usize) -> Result<Range<usize>, BlobError> {
    let problem = |problem| BlobError::Section { section: row.id, problem };
    let from = usize::try_from(row.offset).map_err(|_| problem("lies outside the blob"))?;
    let until = usize::try_from(row.length).ok().and_then(|length| from.checked_add(length));
    let until = until.filter(|&until| until <= length).ok_or_else(|| problem("lies outside the blob"))?;
    if from % ALIGNMENT_BYTES != 0 {
        return Err(problem("is not aligned"));
    }
    let is_of_words =
        || [from, until, row.record_bytes.into()].iter().all(|bytes| bytes % differences::WORD_BYTES == 0);
    match row.encoding {
        AS_THEY_ARE => {}
        DIFFERENCES if is_of_words() => {}
        _ => return Err(problem("is encoded in an unknown way")),
    }
    Ok(from..until)
}

#[cfg(test)]
mod tests {
    use super::super::writer::Writer;
    use super::*;

    const WORDS: SectionId = SectionId(1);
    const SHORT: SectionId = SectionId(2);

    fn blob() -> AlignedBytes {
        let mut writer = Writer::new(9, 42);
        writer.section(SHORT, &[1_u8, 2, 3]);
        writer.section(WORDS, &[7_u64, 8]);
        writer.finish()
    }

    #[test]
    fn sections_are_read_where_they_lie() {
        let blob = blob();
        let reader = Reader::open(&blob, 9).unwrap();
        assert_eq!(reader.version(), 42);
        assert_eq!(reader.section::<u64>(WORDS), Ok(&[7, 8][..]));
        assert_eq!(reader.section::<u8>(SHORT), Ok(&[1, 2, 3][..]));
        assert_eq!(reader.range::<u64>(WORDS).unwrap().of(&blob), [7, 8]);
        assert_eq!(reader.range::<u64>(WORDS).unwrap().of(&AlignedBytes::default()), [0_u64; 0]);
    }

    #[test]
    fn sections_of_differences_are_read_once_these_are_added_up() {
        let (words, pairs) = ([3_u32, 4, 4, u32::MAX, 0], [[5_u32, 900], [6, 800]]);
        let mut writer = Writer::new(9, 42);
        writer.rising_section(WORDS, &words);
        writer.rising_section(SHORT, &pairs);
        let mut blob = writer.finish();
        let reader = Reader::open(&blob, 9).unwrap();
        assert_eq!(reader.section::<u32>(WORDS), Ok(&[3, 1, 0, u32::MAX - 4, 1][..]));
        let places = (reader.range::<u32>(WORDS).unwrap(), reader.range::<[u32; 2]>(SHORT).unwrap());
        let differences = reader.differences();
        differences.add_up(&mut blob);
        assert_eq!((places.0.of(&blob), places.1.of(&blob)), (&words[..], &pairs[..]));
    }

    #[test]
    fn a_section_that_is_not_there_or_has_other_records_is_an_error() {
        let blob = blob();
        let reader = Reader::open(&blob, 9).unwrap();
        let problem = |error: BlobError| error.to_string();
        assert_eq!(reader.section::<u64>(SectionId(3)).map_err(problem), Err("section 3 is missing".into()));
        let wrong = reader.section::<u32>(WORDS).map_err(problem);
        assert_eq!(wrong, Err("section 1 has records of another size".into()));
    }

    #[test]
    fn what_was_cut_changed_or_written_in_another_format_is_refused() {
        let blob = blob();
        assert_eq!(Reader::open(&blob, 8).unwrap_err(), BlobError::Format { expected: 8, found: 9 });
        let bytes = blob.as_bytes();
        for length in 0..bytes.len() {
            assert!(Reader::open(&bytes[..length].into(), 9).is_err(), "{length} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Reader::open(&bytes.into(), 9).is_err(), "bit {bit}");
        }
    }
}
