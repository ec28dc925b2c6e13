//! Bytes that begin at a multiple of 8, so that 64-bit numbers in them can be read where they lie.

use memmap2::MmapMut;
use zerocopy::IntoBytes;

const WORD_BYTES: usize = 8;
/// The size of a huge page on the processors that serve.
const HUGE_PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Bytes that begin at a multiple of 8 in memory.
#[derive(Debug)]
pub struct AlignedBytes {
    memory: Memory,
    length: usize,
}

#[derive(Debug)]
enum Memory {
    Words(Vec<u64>),
    /// Pages of the system's, which begin at a multiple of their size.
    Pages(MmapMut),
}

impl AlignedBytes {
    /// So many bytes of zero.
    ///
    /// Where a huge page is filled, the system is asked for huge pages. A start writes each page of its blob for the
    /// first time, and the system stops it at each page to clear it.
    #[must_use]
    pub fn zeroed(bytes: usize) -> Self {
        let pages = if bytes >= HUGE_PAGE_BYTES { huge_pages(bytes) } else { None };
        let memory = pages.map_or_else(|| Memory::Words(vec![0; bytes.div_ceil(WORD_BYTES)]), Memory::Pages);
        Self { memory, length: bytes }
    }

    /// Overwrites the bytes from an offset on, all of which exist already.
    ///
    /// # Panics
    /// If some of the bytes do not exist.
    pub fn overwrite(&mut self, offset: usize, bytes: &[u8]) {
        self.as_mut_bytes()[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    /// The bytes, to be written.
    pub fn as_mut_bytes(&mut self) -> &mut [u8] {
        let all = match &mut self.memory {
            Memory::Words(words) => words.as_mut_bytes(),
            Memory::Pages(pages) => pages,
        };
        &mut all[..self.length]
    }

    /// The bytes.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        let all = match &self.memory {
            Memory::Words(words) => words.as_bytes(),
            Memory::Pages(pages) => pages,
        };
        &all[..self.length]
    }
}

/// Pages of zero; `None` if the system gives none. A system without huge pages gives small ones.
fn huge_pages(bytes: usize) -> Option<MmapMut> {
    let pages = MmapMut::map_anon(bytes).ok()?;
    #[cfg(target_os = "linux")]
    let _ = pages.advise(memmap2::Advice::HugePage);
    Some(pages)
}

impl Default for AlignedBytes {
    fn default() -> Self {
        Self::zeroed(0)
    }
}

impl Clone for AlignedBytes {
    fn clone(&self) -> Self {
        Self::from(self.as_bytes())
    }
}

impl From<&[u8]> for AlignedBytes {
    fn from(bytes: &[u8]) -> Self {
        let mut aligned = Self::zeroed(bytes.len());
        aligned.overwrite(0, bytes);
        aligned
    }
}

impl From<Vec<u8>> for AlignedBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(&bytes[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_any_length_begin_at_a_word_and_are_the_same_bytes() {
        for length in [0, 1, 7, 8, 9, 4_096, HUGE_PAGE_BYTES - 1, HUGE_PAGE_BYTES, 2 * HUGE_PAGE_BYTES + 3] {
            let mut aligned = AlignedBytes::zeroed(length);
            assert_eq!(aligned.as_bytes(), vec![0; length]);
            let bytes: Vec<u8> = (0..=255).cycle().take(length).collect();
            aligned.overwrite(0, &bytes);
            let copy = aligned.clone();
            for of_length in [&aligned, &copy] {
                assert!(of_length.as_bytes() == bytes, "of {length} bytes");
                assert_eq!(of_length.as_bytes().as_ptr().align_offset(WORD_BYTES), 0);
            }
        }
    }
}
